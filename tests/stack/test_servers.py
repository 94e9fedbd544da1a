"""The embedded servers: started, killed, brought back, and gone without a trace."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from smartlink.stack import privileges
from smartlink.stack.bootstrap import Venv
from smartlink.stack.privileges import Manner
from smartlink.stack.processes import StackError
from smartlink.stack.servers import Servers
from tests.stack.conftest import ROOT, eventually, remains

pytestmark = pytest.mark.stack
PACKAGES = Venv(ROOT).packages


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    """Durable servers with data of their own."""
    servers = durable(tmp_path)
    servers.start()
    yield servers
    servers.stop()
    assert remains(tmp_path) == {}


def durable(folder: Path) -> Servers:
    return Servers.at(folder, PACKAGES, passwords=("a" * 20, "b" * 20), logs=folder / "logs")


def execute(servers: Servers, sql: str) -> list[tuple[object, ...]]:
    link = psycopg2.connect(servers.urls["DATABASE_URL"])
    try:
        with link, link.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


def test_what_is_committed_survives_a_killed_database(servers: Servers) -> None:
    execute(servers, "CREATE TABLE kept (n int)")
    execute(servers, "INSERT INTO kept SELECT generate_series(1, 1000)")
    before = servers.urls
    servers.kill("postgres")
    with pytest.raises(psycopg2.OperationalError):
        execute(servers, "SELECT 1")
    servers.restart("postgres")
    assert servers.urls == before
    assert execute(servers, "SELECT count(*), sum(n) FROM kept") == [(1000, 500500)]


def test_what_is_queued_survives_a_killed_broker(servers: Servers) -> None:
    with redis.Redis.from_url(servers.urls["REDIS_URL"]) as client:
        client.rpush("queue", *range(500))
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert eventually(lambda: (_aof(servers)).stat().st_size > 4000)
    servers.kill("valkey")
    assert servers.dead() == ["valkey"]
    servers.restart("valkey")
    with redis.Redis.from_url(servers.urls["REDIS_URL"]) as client:
        assert client.llen("queue") == 500


def _aof(servers: Servers) -> Path:
    return next((servers.folder / "valkey" / "appendonlydir").glob("*.incr.aof"))


def test_signs_of_life_of_the_last_run_are_forgotten(servers: Servers) -> None:
    assert servers.valkey is not None
    with redis.Redis.from_url(servers.urls["REDIS_URL"]) as client:
        client.mset({"smartlink:1:alive:queue:default": 1, "smartlink:1:other": 2})
        servers.valkey.forget("*alive:*")
        servers.valkey.forget("*alive:*")
        assert client.keys() == [b"smartlink:1:other"]


def test_nobody_comes_in_without_the_password(servers: Servers) -> None:
    for name, url in servers.urls.items():
        stranger = url.replace("a" * 20, "wrong").replace("b" * 20, "wrong")
        if name == "DATABASE_URL":
            with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
                psycopg2.connect(stranger)
        else:
            with redis.Redis.from_url(stranger) as client, pytest.raises(redis.RedisError):
                client.ping()


def test_the_database_knows_its_letters_and_extensions(servers: Servers) -> None:
    for extension in ("pg_trgm", "btree_gist", "pgcrypto", "unaccent"):
        execute(servers, f"CREATE EXTENSION {extension}")
    assert execute(servers, "SELECT upper('Đặng é'), 'Å' < 'é'") == [("ĐẶNG É", True)]


def test_a_process_number_of_a_stranger_does_not_stop_the_start(tmp_path: Path) -> None:
    first = durable(tmp_path)
    first.start()
    first.kill("postgres")
    first.stop()
    assert first.postgres is not None
    pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    second = durable(tmp_path)
    second.start()
    assert execute(second, "SELECT 1") == [(1,)]
    second.stop()


def test_an_orphaned_server_is_seen_off(tmp_path: Path) -> None:
    first = durable(tmp_path)
    first.start()
    second = durable(tmp_path)
    assert first.postgres is not None
    assert second.postgres is not None
    second.postgres.start()
    assert first.postgres.popen is not None
    assert eventually(lambda: "postgres" in first.dead())
    assert execute(second, "SELECT 1") == [(1,)]
    second.stop()
    first.stop()


def test_two_throwaway_pairs_at_once_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # others may test on this machine too
    with Servers.throwaway(PACKAGES) as one, Servers.throwaway(PACKAGES) as other:
        assert one.urls != other.urls
        folders = [one.folder, other.folder]
        execute(one, "CREATE TABLE only_here (n int)")
        with pytest.raises(psycopg2.errors.UndefinedTable):
            execute(other, "SELECT * FROM only_here")
    for folder in folders:
        assert not folder.exists()
        assert remains(folder) == {}
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = (
        "import os, pathlib\n"
        "from smartlink.stack.servers import Servers\n"
        f"with Servers.throwaway(pathlib.Path({str(PACKAGES)!r})) as servers:\n"
        "    print(servers.folder, flush=True)\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [str(Venv(ROOT).python), "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == -signal.SIGKILL
    left = Path(done.stdout.strip())
    assert eventually(lambda: remains(left) == {}, 8)
    old = left.stat().st_mtime - 3600
    os.utime(left / "lock", (old, old))
    with Servers.throwaway(PACKAGES) as servers:
        assert not left.exists()
        assert execute(servers, "SELECT 1") == [(1,)]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_as_nobody_where_namespaces_are_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    servers = durable(tmp_path)
    assert servers.postgres is not None
    servers.postgres.manner = Manner.NOBODY
    servers.start()
    assert servers.postgres.popen is not None
    owner = Path(f"/proc/{servers.postgres.popen.pid}").stat().st_uid
    execute(servers, "CREATE TABLE kept (n int)")
    servers.stop()
    again = durable(tmp_path)
    assert again.postgres is not None
    again.postgres.manner = Manner.NOBODY
    again.start()
    assert execute(again, "SELECT * FROM kept") == []
    again.stop()
    copy = Path((tmp_path / "postgres" / "private-copy").read_text())
    privileges.forget_copy(tmp_path / "postgres")
    assert owner == 65534
    assert not copy.exists()


def test_data_of_another_version_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    servers = durable(tmp_path)
    assert servers.postgres is not None
    with pytest.raises(StackError, match=r"PostgreSQL 15; this is PostgreSQL 17"):
        servers.postgres.start()
