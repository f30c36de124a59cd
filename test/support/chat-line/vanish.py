"""
Joins under a name and vanishes as a machine does whose power is cut: without a word, neither FIN nor RST. Needs
CAP_NET_ADMIN, and exits with 77 where it lacks that. `python3 vanish.py HOST PORT NAME`
"""

import socket
import sys

TCP_REPAIR = 19

client = socket.create_connection((sys.argv[1], int(sys.argv[2])))
client.recv(8)
client.sendall(sys.argv[3].encode("utf-8") + b"\n")
heard = b""
while b"Connected to server!\n" not in heard:
    heard += client.recv(4096)
# What is not acknowledged would be sent again, and answered with a reset.
client.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
try:
    # A socket under repair is closed without telling the other side (tcp(7)).
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
except PermissionError:
    sys.exit(77)
client.close()
