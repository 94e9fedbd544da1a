"""Answers like the real site: ready only when database and broker are."""

import json
import os
import time
from collections.abc import Callable, Iterable

import psycopg2
import redis

if os.environ.get("BREAK") == "web":
    raise SystemExit("the web server was told to fail")


def application(environ: dict[str, str], start_response: Callable[..., None]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/slow":
        time.sleep(60)
    try:
        psycopg2.connect(os.environ["DATABASE_URL"]).close()
        redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
    except (psycopg2.Error, redis.RedisError) as error:
        start_response("503 Service Unavailable", [("Content-Type", "application/json")])
        return [json.dumps({"parts": {"servers": {"ok": False, "error": str(error)}}}).encode()]
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"parts": {"servers": {"ok": true}}}']
