"""No test reaches another machine."""

import socket

import pytest

from tests.conftest import NetworkUsed


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_a_connection_to_another_machine_is_refused(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as line, pytest.raises(NetworkUsed):
        line.connect((address, 80))
    with socket.socket(family, socket.SOCK_DGRAM) as line, pytest.raises(NetworkUsed):
        line.sendto(b"?", (address, 53))


def test_no_other_name_is_looked_up() -> None:
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("models.example.org", 443)
    with pytest.raises(NetworkUsed):
        socket.gethostbyname("models.example.org")


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
