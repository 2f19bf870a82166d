"""Reads an account on Bluesky back with the official client: python bluesky_reader.py URL HANDLE PASSWORD

It prints one line of JSON: each record as the client's own types took it, by key; the same out of the repository's CAR
file; what each file is that the records name; and a post of the client's own, which is deleted again.
"""

import hashlib
import json
import sys

from atproto import CAR, Client, models

url, handle, password = sys.argv[1:]
client = Client(base_url=f"{url}/xrpc")
client.login(handle, password)
did = client.com.atproto.server.get_session().did
listed = client.com.atproto.repo.list_records(
    models.ComAtprotoRepoListRecords.Params(repo=did, collection="app.bsky.feed.post", limit=100)
)
records, cids = {}, {}
for one in listed.records:
    key = one.uri.rpartition("/")[2]
    got = client.get_post(key, did)
    assert isinstance(got.value, models.AppBskyFeedPost.Record), type(got.value)
    records[key] = json.loads(got.value.model_dump_json(by_alias=True, exclude_none=True))
    cids[one.uri] = one.cid


def links(value):
    """The names of the files in a record."""
    if isinstance(value, dict):
        if set(value) == {"$link"}:
            return [value["$link"]]
        return [found for inner in value.values() for found in links(inner)]
    return [found for inner in value for found in links(inner)] if isinstance(value, list) else []


files = {}
for cid in sorted({cid for record in records.values() for cid in links(record)}):
    data = client.com.atproto.sync.get_blob(models.ComAtprotoSyncGetBlob.Params(did=did, cid=cid))
    files[cid] = hashlib.sha256(data).hexdigest()

car = CAR.from_bytes(client.com.atproto.sync.get_repo(models.ComAtprotoSyncGetRepo.Params(did=did)))
texts = [block["text"] for block in car.blocks.values() if block.get("$type") == "app.bsky.feed.post"]
made = client.send_post("The client's own.")
assert client.delete_post(made.uri)
sys.stdout.write(json.dumps({"records": records, "cids": cids, "files": files, "car": sorted(texts)}))
