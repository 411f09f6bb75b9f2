"""A server of a journey's own on loopback, for what the service talks to: a thread that takes connections until it is closed."""

from __future__ import annotations

import socket
import threading


class Listener:
    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()

    @property
    def port(self) -> int:
        return self.listener.getsockname()[1]

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.came_in(connection)

    def came_in(self, connection: socket.socket) -> None:
        """What to do with one; the next is taken when this returns."""
        raise NotImplementedError

    def close(self) -> None:
        self.listener.close()
