"""
A client of the original design: a thread that reads, a thread that writes, no line feeds, and a comparison with
NICKNAME of whatever one recv gives. `python3 original-client.py HOST PORT NAME`; lines of its input are what is typed.
"""

import socket
import sys
import threading

host, port, nickname = sys.argv[1], int(sys.argv[2]), sys.argv[3]

client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
client.connect((host, port))


def receive():
    while True:
        message = client.recv(1024).decode("utf-8", "replace")
        if message == "":
            print("An error occurred!", flush=True)
            client.close()
            break
        if message == "NICKNAME":
            client.send(nickname.encode("utf-8"))
        else:
            print(message, flush=True)


def write():
    for typed in sys.stdin:
        message = "{}: {}".format(nickname, typed.rstrip("\n"))
        client.send(message.encode("utf-8"))


threading.Thread(target=receive).start()
threading.Thread(target=write, daemon=True).start()
