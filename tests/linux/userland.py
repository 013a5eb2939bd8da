# SPDX-License-Identifier: BSD-2-Clause
"""User land for Linux guests: Debian's armhf packages unpacked in the build folder,
our own programs compiled there, and initramfs images made of both. Used by bench.py
and matrix.py."""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOADER = "/lib/ld-linux-armhf.so.3"


def fetch(build, packages, depends=True):
    """Unpacks packages (and what they depend on); the folder that then holds them."""
    root = build / "linux" / "-".join(packages)[:60]
    command = [ROOT / ".ci/fetch-armel", "--arch", "armhf", "--to", root]
    if depends:
        command.append("--depends")
    done = subprocess.run([*command, *packages], stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip().splitlines()[-1] if done.stderr else "fetch-armel failed")
    return root


def compile_program(build, name, sources, *options):
    """A static armhf program of our own; rebuilt when a source is newer."""
    target = build / "linux" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    newest = max(os.stat(source).st_mtime for source in sources)
    if not target.exists() or os.stat(target).st_mtime < newest:
        code = [source for source in sources if pathlib.Path(source).suffix in (".c", ".S")]
        subprocess.run(["arm-linux-gnueabihf-gcc", "-std=gnu11", "-static", "-O2", "-Wall",
                        "-Wextra", "-Werror", *options, "-o", target, *code], check=True)
    return target


def inside(root, path):
    """The host file that `path` names inside root, links followed inside root."""
    for _ in range(20):
        resolved = root
        for part in pathlib.PurePosixPath(path).relative_to("/").parts:
            resolved = resolved / part
            if resolved.is_symlink():
                target = pathlib.PurePosixPath(os.readlink(resolved))
                rest = pathlib.PurePosixPath(path).relative_to("/").parts
                rest = rest[len(resolved.relative_to(root).parts):]
                base = pathlib.PurePosixPath("/") / resolved.parent.relative_to(root)
                path = os.path.normpath(base / target / pathlib.PurePosixPath(*rest))
                break
        else:
            return resolved
    raise OSError(f"{path}: too many links")


def libraries(root, program):
    """The shared objects that a program needs, as paths inside root, loader included."""
    found, wanted = {LOADER}, [inside(root, program)]
    while wanted:
        dump = subprocess.run(["readelf", "-dW", wanted.pop()], capture_output=True, text=True)
        for name in re.findall(r"\(NEEDED\).*\[(.*)\]", dump.stdout):
            places = (f"/lib/arm-linux-gnueabihf/{name}", f"/usr/lib/arm-linux-gnueabihf/{name}")
            path = next((p for p in places if inside(root, p).exists()), None)
            if path is None:
                sys.exit(f"{program}: {name} is in none of the fetched packages")
            if path not in found:
                found.add(path)
                wanted.append(inside(root, path))
    return sorted(found)


class image:
    """Specs for samples/linux/initramfs.py; makes parent folders by itself."""

    def __init__(self):
        self.specs, self.have = [], {"/", "/dev"}

    def folder(self, path):
        path = pathlib.PurePosixPath(path)
        if str(path) not in self.have:
            self.folder(path.parent)
            self.have.add(str(path))
            self.specs.append(f"dir:{path}")

    def file(self, path, source):
        self.folder(pathlib.PurePosixPath(path).parent)
        self.specs.append(f"file:{path}={source}")

    def link(self, path, target):
        self.folder(pathlib.PurePosixPath(path).parent)
        self.specs.append(f"link:{path}={target}")

    def tree(self, root, path):
        """A whole folder of the packages, without its links."""
        for file in sorted(inside(root, path).rglob("*")):
            if file.is_file() and not file.is_symlink():
                self.file(f"/{file.relative_to(root)}", file)

    def program(self, root, path, name=None):
        """A dynamic program of the packages and its libraries."""
        self.file(name or path, inside(root, path))
        for library in libraries(root, path):
            if library not in self.have:
                self.have.add(library)
                self.file(library, inside(root, library))

    def write(self, target):
        listing = target.with_suffix(".specs")
        listing.write_text("\n".join(self.specs) + "\n")
        subprocess.run([ROOT / "samples/linux/initramfs.py", target, f"@{listing}"], check=True)
        return target
