"""The other side of the exchange: files that pymongo writes and reads.

Called with what to do, the connection string and the database; fails where a file is not as it should be.
"""

import hashlib
import random
import sys

import bson
import gridfs
import pymongo


def lengths(chunk):
    """Around every boundary."""
    around = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk - 1, 2 * chunk, 2 * chunk + 1]
    return around + [10 * chunk - 1, 10 * chunk, 10 * chunk + 1]


def metadata(number, content):
    return {
        "number": bson.Int64(number),
        "digest": hashlib.sha256(content).hexdigest(),
        "label": None if number % 3 == 0 else f"Ærfugl {number}",
        "tags": [f"tag {n}" for n in range(number % 4)],
        "place": {"hall": number % 7, "east": number % 2 == 0},
    }


def write(bucket, count):
    chunks = [1, 2, 7, 100, 1024, 4096, 65536, 261120]
    cases = [(chunk, length) for chunk in chunks for length in lengths(chunk)]
    for number in range(count):
        chunk, length = cases[number % len(cases)]
        content = random.Random(number).randbytes(length)
        bucket.upload_from_stream(
            f"from python {number}",
            content,
            chunk_size_bytes=chunk,
            metadata=metadata(number, content),
        )


def read(bucket, count):
    found = 0
    for file in bucket.find({}):
        if not file.filename.startswith("from rust "):
            continue
        found += 1
        number = file.metadata["number"]
        content = file.read()
        assert file.filename == f"from rust {number}", file.filename
        assert len(content) == file.length, number
        assert file.metadata == metadata(number, content), (number, file.metadata)
        assert file._file["contentType"] == "application/octet-stream", file._file
        assert file._file["sha256"] == file.metadata["digest"], number
        assert file.upload_date is not None and file.chunk_size > 0
        some = random.Random(number)
        for _ in range(10):
            start = some.randint(0, len(content))
            length = some.randint(0, len(content))
            file.seek(start)
            assert file.read(length) == content[start : start + length], (number, start, length)
    assert found == count, found


def change(bucket, _):
    """What another program does to files: they are renamed and deleted."""
    by_name = {file.filename: file._id for file in bucket.find({})}
    bucket.rename(by_name["from rust 1"], "renamed by python")
    bucket.delete(by_name["from rust 2"])


task, uri, database, count = sys.argv[1:]
client = pymongo.MongoClient(uri)
exchange = gridfs.GridFSBucket(client[database], bucket_name="exchange")
{"write": write, "read": read, "change": change}[task](exchange, int(count))
print("done")
