"""The copy of the tree that is mutated; the checkout never is. It lies in the folder of the results and has a build of its own.

A run that was killed may have left a mutant in it: `refresh` brings back what differs from the checkout.
"""
import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from planted import LISTS
from process import SPENT, run, used_s

# A run that takes so many times what it took on the tree as it is will not end; and this is not too short to tell.
ENDLESS, LEAST_LIMIT_S = 10, 10
COPIED = ("CMakeLists.txt", "hls", "host", "rtl", "sim", "tests")
LINKED = ("models", "traces")


class BudgetSpent(Exception):
    """Of the mutant that is looked at: nothing noticed it in its time."""


class EphemeralCopy:
    def __init__(self, source, folder):
        self.source, self.folder = Path(source), Path(folder)
        self.root, self.build = self.folder / "copy", self.folder / "copy/build"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o644)
        fcntl.flock(self.lock, fcntl.LOCK_EX)  # commands of a run that was killed hold it until they have ended
        self.planted = []
        self.usual = {}  # seconds of each limited command when it passed first, in its control
        self.deadline = None  # of the mutant, in seconds of processor time (used_s)
        self.environment = dict(os.environ, SCANSIM_DATA=str(self.root), SCANSIM_CACHE=str(self.folder / "cache"))
        for unfinished in (self.folder / "cache").glob("rtl-*.tmp.*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        self.refresh()
        self.quick_compiler()

    def files(self):
        for name in COPIED:
            top = self.source / name
            paths = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
            for path in paths:
                relative = path.relative_to(self.source)
                if "__pycache__" not in relative.parts:
                    yield relative

    def refresh(self, kept=()):
        for relative in self.files():
            wanted, there = self.source / relative, self.root / relative
            if there in kept:
                continue
            if not there.exists() or there.read_bytes() != wanted.read_bytes():
                there.parent.mkdir(parents=True, exist_ok=True)
                there.unlink(missing_ok=True)
                shutil.copyfile(wanted, there)
                shutil.copymode(wanted, there)
        for name in LINKED:
            if not (self.root / name).is_symlink():
                (self.root / name).symlink_to(self.source / name)

    def digest(self, of_tests):
        """Of the tests, or of what they test; the name of a planted error holds what its line says."""
        digest = hashlib.sha256()
        for relative in self.files():
            said = relative.suffix == ".md" or relative.name == "equivalents.txt" or relative.as_posix() in LISTS.values()
            if of_tests == (relative.parts[0] == "tests") and not said:
                digest.update(f"{relative}\n".encode() + (self.source / relative).read_bytes())
        return digest.hexdigest()[:16]

    def quick_compiler(self):
        """A g++ in front of the others that compiles Verilated machines without optimising: they live for seconds."""
        real = shutil.which("g++")
        folder = self.folder / "compiler"
        folder.mkdir(exist_ok=True)
        wrapper = folder / "g++"
        text = f'#!/bin/sh\nexec "{real}" "$@" -O0\n'
        if not wrapper.exists() or wrapper.read_text() != text:
            wrapper.write_text(text)
            wrapper.chmod(0o755)
        self.machine_environment = dict(self.environment, PATH=f"{folder}:{os.environ['PATH']}", CCACHE_COMPILERCHECK="content")

    def plant(self, mutant):
        for path, text in mutant.texts(self.source).items():
            (self.root / path).write_text(text)
            self.planted.append(path)

    def restore(self):
        for path in self.planted:
            shutil.copyfile(self.source / path, self.root / path)
        self.planted = []

    def machines(self):
        """{path: SHA-256} of the Verilated machines that were built."""
        return {path: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in (self.folder / "cache").glob("rtl-*/librtl.so") if ".tmp." not in path.parent.name}

    def forget_machines(self, kept):
        for path in self.machines():
            if path not in kept:
                shutil.rmtree(path.parent)
        for log in (self.folder / "cache").glob("rtl-*.log"):
            log.unlink()

    def run(self, command, limit_s=None, machine=False, log="run", data=None, **options):
        """machine: Verilates with the quick compiler. data: another folder of rtl, sim, models and traces. Throws BudgetSpent."""
        environment = self.machine_environment if machine else self.environment
        if data is not None:
            environment = dict(environment, SCANSIM_DATA=str(data))
        words = tuple(str(word) for word in command)
        if limit_s and words in self.usual:
            limit_s = min(limit_s, max(LEAST_LIMIT_S, ENDLESS * self.usual[words]))
        left_s = None if self.deadline is None else max(self.deadline - used_s(), 0.0)
        ended = run(list(words), self.folder / f"{log}.log", limit_s=limit_s, kept_open=(self.lock,), most_s=left_s,
                    building=lambda: any((self.folder / "cache").glob("rtl-*.tmp.*")), env=environment, **options)
        if ended.status == SPENT:
            raise BudgetSpent(" ".join(words[:2]))
        if limit_s and ended.status == 0:
            self.usual.setdefault(words, ended.counted)
        return ended

    def ninja(self, *targets):
        """Builds these in the copy, as far as it goes; configures it first."""
        if not (self.build / "build.ninja").exists():
            configured = self.run(["cmake", "-S", self.root, "-B", self.build, "-G", "Ninja", "-DSCANSIM_CUDA=OFF", "-DSCANSIM_BENCH=OFF"], log="build")
            if configured.status != 0:
                return configured
        return self.run(["cmake", "--build", self.build, "--target", *targets, "--", "-k", "0"], log="build")
