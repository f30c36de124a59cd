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
  network_capture_tool_missing: {
    status: 503,
    title: 'Neither tcpdump nor dumpcap is installed',
    remedy: 'Install one of them (apt install tcpdump), or capture elsewhere and read the file: network read -r FILE.',
  },
  network_capture_refused: {
    status: 503,
    title: 'The capture could not begin',
    remedy:
      'Run it as root, or give the program the right to capture; --list-interfaces shows what there is to capture on.',
  },
  network_capture_ended: {
    status: 503,
    title: 'The program that captures has ended by itself',
    remedy: 'What came before counts. See whether the interface is still there and start it again.',
  },
  network_interface_invalid: {
    status: 422,
    title: 'This is no name of an interface',
    remedy: 'network capture --list-interfaces shows the names.',
  },
  network_filter_invalid: {
    status: 422,
    title: 'The filter cannot be used',
    remedy: 'Write it as tcpdump takes it, such as “tcp port 443 and not host 192.0.2.1” (pcap-filter(7)).',
  },
  network_ring_failed: {
    status: 503,
    title: 'The packets could not be kept',
    remedy: 'See whether the folder of --ring can be written and has room, and start the capture again.',
  },
  network_list_unreadable: {
    status: 422,
    title: 'A list of addresses cannot be read',
    remedy: 'Check the paths in HOLDFAST_NETWORK_BLOCKLISTS and HOLDFAST_NETWORK_GEOIP, then run the command again.',
  },
  network_block_refused: {
    status: 409,
    title: 'This address is not blocked',
    remedy:
      'Where that is a stranger, end his session first (who, loginctl terminate-user NAME); else close the port that he came by.',
  },
  network_block_made_already: {
    status: 409,
    title: 'This address is blocked already',
    remedy: 'To change for how long, take the block back first: holdfast network unblock ADDRESS.',
  },
  network_block_changed: {
    status: 409,
    title: 'Somebody changed the block since it was made',
    remedy:
      'Look at it with “nft list table inet holdfast_block”. “nft delete table inet holdfast_block” takes all blocks back, whoever changed them.',
  },
  network_block_not_found: {
    status: 404,
    title: 'There is no such block',
    remedy: 'holdfast network block --list shows those that were made here.',
  },
  network_block_failed: {
    status: 503,
    title: 'The firewall did not take the change',
    remedy:
      'Run it as root. Where the kernel has no nftables, block the address where packets come in before this computer.',
  },
  network_block_unavailable: {
    status: 503,
    title: 'nft is not installed',
    remedy: 'Install it (apt install nftables), or block the address in the firewall that you have.',
  },
});
