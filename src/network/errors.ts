import { errorCatalogue } from '../base/errors.ts';

export const networkErrors = errorCatalogue({
  network_capture_unreadable: {
    status: 404,
    title: 'The capture cannot be read',
    remedy: 'Check that the file is there and that you may read it, then run the command again.',
  },
  network_capture_unknown: {
    status: 422,
    title: 'This is no capture in pcap or pcapng format',
    remedy: 'Give a file as tcpdump -w, dumpcap or Wireshark write it; unpack a compressed one first.',
  },
  network_capture_truncated: {
    status: 422,
    title: 'The capture ends in the middle of a packet',
    remedy: 'What came before counts and was written. Copy the file again if the original is whole.',
  },
  network_capture_damaged: {
    status: 422,
    title: 'The capture is damaged, and what follows cannot be read',
    remedy: 'What came before counts and was written. Copy the file again if the original is whole.',
  },
});
