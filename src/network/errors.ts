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
    remedy:
      'Give a file as tcpdump -w, dumpcap or Wireshark write it; unpack a compressed one first. Flow logs of a VPC: network read --vpc.',
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
  network_interface_missing: {
    status: 404,
    title: 'There is no such interface',
    remedy: 'Name one of those that network capture --list-interfaces shows.',
  },
  network_filter_invalid: {
    status: 422,
    title: 'The filter cannot be used',
    remedy: 'Write it as tcpdump takes it, such as “tcp port 443 and not host 192.0.2.1” (pcap-filter(7)).',
  },
  network_vpc_unknown: {
    status: 422,
    title: 'These are no flow logs of a VPC',
    remedy:
      'Give files as AWS writes them to S3 in text, packed or not; Parquet is not read. To be kept, a log has srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, start and end.',
  },
  network_archive_unknown: {
    status: 422,
    title: 'This is no archive of flows that was opened',
    remedy: 'Give what comes out of age -d: age -d -i archive.key DAY.jsonl.gz.age | holdfast network read --archive -',
  },
  network_ring_failed: {
    status: 503,
    title: 'The packets could not be kept',
    remedy: 'See whether the folder of --ring can be written and has room, and start the capture again.',
  },
  network_list_unreadable: {
    status: 422,
    title: 'A list of addresses cannot be read',
    remedy:
      'Check the paths in HOLDFAST_NETWORK_BLOCKLISTS and HOLDFAST_NETWORK_GEOIP, of the server where a capture was uploaded, then try again.',
  },
  network_log_unreadable: {
    status: 422,
    title: 'The log of the database cannot be read',
    remedy: 'Check the path and run the command as root, or leave --mysql-log away.',
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
  flows_disk_full: {
    status: 507,
    title: 'There is no room left for flows',
    remedy:
      'Nothing that was stored is lost, and nothing of this was stored. Make room on the disk, or let less be kept: HOLDFAST_NETWORK_STORE_BYTES and HOLDFAST_NETWORK_KEPT_MS.',
  },
  flows_unavailable: {
    status: 503,
    title: 'The store of flows cannot be reached',
    remedy:
      'Nothing of this was stored. Look whether what HOLDFAST_FLOWS names is there and may be used, then try again.',
  },
  flows_damaged: {
    status: 500,
    title: 'A file of the store of flows is damaged',
    remedy:
      'Move the file that is named out of the folder, or put it back from a backup: what lies in other files can then be read.',
  },
  flows_cursor_invalid: {
    status: 422,
    title: 'This is no place in a list of flows',
    remedy: 'Begin the list anew, without the cursor.',
  },
  flows_query_invalid: {
    status: 422,
    title: 'What to look for among flows cannot be understood',
    remedy: 'Change what the detail names, then ask again.',
  },
  flows_batch_invalid: {
    status: 422,
    title: 'These are no flows',
    remedy: 'Nothing of the batch was stored. Use an agent of the release that the server has.',
  },
  flow_not_found: {
    status: 404,
    title: 'There is no such flow',
    remedy: 'It may be kept no longer. Look for it among the flows of its time.',
  },
  flows_of_another_host: {
    status: 403,
    title: 'A host may only report what it saw itself',
    remedy: 'Enrol the host that saw it.',
  },
  network_upload_invalid: {
    status: 422,
    title: 'A capture is sent as it is, as application/octet-stream',
    remedy: 'Send the file itself as the body of the request.',
  },
  network_upload_too_large: {
    status: 413,
    title: 'The capture is larger than the server takes',
    remedy:
      'What came before is stored. Cut it into pieces (editcap -c), read it on another computer with holdfast network read, or raise HOLDFAST_NETWORK_CAPTURE_BYTES.',
  },
  network_upload_busy: {
    status: 503,
    title: 'Another capture is being read',
    remedy: 'Wait until it has been read, then upload this one.',
  },
  flows_encoding: {
    status: 415,
    title: 'A batch of flows comes as it is, or packed with gzip',
    remedy: 'Send it with Content-Encoding: gzip, or without one.',
  },
});
