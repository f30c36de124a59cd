/** A body on its way, with how much of it is sent; the browser reads a file from disk as it goes. */
import { noteSignedOut } from './session.ts';
import { ApiError, type Problem, problemFrom } from './problem.ts';

export interface SendingWatch {
  readonly onProgress: (sentBytes: number) => void;
  readonly signal: AbortSignal;
}

export interface SendOptions extends SendingWatch {
  readonly headers: Readonly<Record<string, string>>;
  /** Why no answer came, in the words of who sends: whether it broke on the way or never came about makes a difference. */
  readonly broke: (sentBytes: number) => Problem;
}

/** XMLHttpRequest, because fetch does not tell how much of a body is sent. `path` is below `/api/v1`. Throws {@link ApiError}. */
export async function sendBody<Reply>(path: string, body: Blob, options: SendOptions): Promise<Reply> {
  const { headers, onProgress, signal, broke } = options;
  signal.throwIfAborted();
  return await new Promise<Reply>((resolve, reject) => {
    const exchange = new XMLHttpRequest();
    exchange.open('POST', `/api/v1${path}`);
    exchange.responseType = 'json';
    for (const [name, value] of Object.entries(headers)) exchange.setRequestHeader(name, value);
    let sent = 0;
    exchange.upload.addEventListener('progress', ({ loaded }) => {
      sent = loaded;
      onProgress(loaded);
    });
    exchange.addEventListener('load', () => {
      const answer: unknown = exchange.response;
      if (exchange.status >= 200 && exchange.status < 300) {
        resolve(answer as Reply);
        return;
      }
      if (exchange.status === 401) noteSignedOut(answer);
      reject(new ApiError(problemFrom(exchange.status, answer)));
    });
    exchange.addEventListener('error', () => reject(new ApiError(broke(sent))));
    exchange.addEventListener('abort', () => reject(new DOMException('Cancelled', 'AbortError')));
    signal.addEventListener('abort', () => exchange.abort(), { once: true });
    exchange.send(body);
  });
}
