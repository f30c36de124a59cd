import { accountErrors } from '../errors.ts';

/** Control characters and the code points that Unicode keeps for no use or for half a pair. */
const CONTROL = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/u;
const MAX_EMAIL_BYTES = 254;

/** Trimmed and NFC, otherwise as typed. Throws `email_invalid`. Only delivering a mail would prove more. */
export function checkedEmail(email: string): string {
  const text = email.trim().normalize('NFC');
  const at = text.indexOf('@');
  const shaped = at > 0 && at < text.length - 1 && at === text.lastIndexOf('@');
  if (!shaped || Buffer.byteLength(text) > MAX_EMAIL_BYTES || CONTROL.test(text) || /\s/u.test(text)) {
    throw accountErrors('email_invalid', { attempted: 'Check the e-mail address' });
  }
  return text;
}

/** Trimmed and NFC; 1-100 characters as people count code points. Throws `account_name_invalid`. */
export function checkedName(name: string): string {
  const text = name.trim().normalize('NFC');
  const length = Array.from(text).length;
  if (length < 1 || length > 100 || CONTROL.test(text)) {
    throw accountErrors('account_name_invalid', { attempted: 'Check the name' });
  }
  return text;
}

/** The label that a session is listed under. Throws `device_invalid`. */
export function checkedDevice(device: string | undefined): string {
  const text = (device ?? '').trim().normalize('NFC');
  if (text === '') return 'Unnamed device';
  if (Array.from(text).length > 100 || CONTROL.test(text)) {
    throw accountErrors('device_invalid', { attempted: 'Check the device label' });
  }
  return text;
}

/** What an app password is listed under. Throws `app_password_label_invalid`. */
export function checkedLabel(label: string): string {
  const text = label.trim().normalize('NFC');
  const length = Array.from(text).length;
  if (length < 1 || length > 100 || CONTROL.test(text)) {
    throw accountErrors('app_password_label_invalid', { attempted: 'Check the label' });
  }
  return text;
}
