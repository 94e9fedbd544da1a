"""A worker killed in the moment in which it forks leaves no child behind."""

import os
import subprocess

from tests.stack.conftest import Checkout, eventually

# Celery's child asks for its parent's death when the parent has died: the race, made certain.
LATE = """
import os
import celery.platforms

parent = os.getpid()
ask = celery.platforms.set_pdeathsig

def late(name):
    print("now a child", flush=True)
    while os.getppid() == parent:
        pass
    ask(name)

celery.platforms.set_pdeathsig = late
"""


def test_a_child_forked_by_a_dying_worker_ends(checkout: Checkout) -> None:
    (checkout.root / "late").mkdir()
    (checkout.root / "late" / "sitecustomize.py").write_text(LATE)
    output = checkout.root / "output"
    with output.open("wb") as file:
        worker = subprocess.Popen(
            [
                checkout.root / ".venv/bin/python", "-m", "celery", "-A", "smartlink.celery",
                "worker", "--concurrency", "2", "--queues", "nobody", "--without-gossip",
                "--without-mingle",
            ],
            cwd=checkout.root,
            env=checkout.shell() | {"PYTHONPATH": "late", "REDIS_URL": os.environ["REDIS_URL"]},
            stdout=file,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    checkout.started_by_us.append(worker)
    assert eventually(lambda: output.read_text().count("now a child") == 2, 30), output.read_text()
    assert len(checkout.remains()) == 3
    worker.kill()
    assert eventually(lambda: checkout.remains() == {}, 20), output.read_text()
    assert output.read_text().count("worker child without a parent") == 2
