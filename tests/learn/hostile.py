"""What a class of enemies might hand in, and twenty honest learners among them."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Mapping
from pathlib import Path

from mtslib.learn import registry

EXERCISE = next(e for e in registry.every() if e.name == "attention_weights")
NUMBER = EXERCISE.id
IMPORTS = """
import atexit, builtins, ctypes, gc, importlib, inspect, json, marshal, os, queue, re, resource
import select, signal, socket, subprocess, sys, threading, time
from pathlib import Path
import torch
import mtslib
"""
RIGHT = """
def attention_weights(query, key, bias):
    return torch.softmax(query @ key.mT / query.shape[-1] ** 0.5 + bias, -1)
"""
STARTED = "97531.0246"  # seconds of a sleep, by which what was started is found again

# Statements, run while the cell is defined or while the answer is called. ------------------------
ENDING = {
    "exit": "os._exit(0)",
    "exit-9": "os._exit(9)",
    "abort": "os.abort()",
    "segfault": "ctypes.string_at(0)",
    "kill-itself": "os.kill(os.getpid(), signal.SIGKILL)",
    "stop-itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "terminate-itself": "os.kill(os.getpid(), signal.SIGTERM)",
    "alarm-itself": "signal.signal(signal.SIGALRM, signal.SIG_DFL); os.kill(os.getpid(), 14)",
    "kill-parent": "os.kill(os.getppid(), signal.SIGKILL)",
    "stop-parent": "os.kill(os.getppid(), signal.SIGSTOP); time.sleep(1000)",
    "kill-group": "os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)",
    "kill-grandparent": "os.kill(int(open(f'/proc/{os.getppid()}/stat').read().split()[3]), 9)",
    "sys-exit": "sys.exit()",
    "sys-exit-text": "sys.exit('good bye')",
    "base-exception": "raise BaseException('x')",
    "keyboard": "raise KeyboardInterrupt",
    "generator-exit": "raise GeneratorExit",
    "stop-iteration": "raise StopIteration",
    "todo-far": "raise NotImplementedError('of torch') if len(sys.argv) else None",
    "recursion": "f = lambda: f(); f()",
    "deep-c": "d = []\nfor _ in range(10**6): d = [d]\nrepr(d)",
    "hostile-str": "class E(Exception):\n    def __str__(self): os._exit(5)\nraise E",
    "raising-str": "class E(Exception):\n    def __str__(self): raise E\nraise E",
    "exception-class": "class E(BaseException): __class__ = property(lambda s: 1 / 0)\nraise E",
}
WAITING = {
    "loop": "while True: pass",
    "loop-catching": "while True:\n    try: time.sleep(1)\n    except BaseException: pass",
    "sleep": "time.sleep(10**6)",
    "lock": "l = threading.Lock(); l.acquire(); l.acquire()",
    "queue": "queue.Queue().get()",
    "event": "threading.Event().wait()",
    "socket": "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind('s'); s.recv(1)",
    "pipe": "r, w = os.pipe(); os.read(r, 1)",
    "select": "select.select([], [], [])",
    "regex": "re.match(r'(a+)+$', 'a' * 60 + 'b')",
    "program": f"subprocess.run(['sleep', '{STARTED}'])",
    "named-pipe": "os.mkfifo('f'); open('f').read()",
    "thread-join": "t = threading.Thread(target=time.sleep, args=(10**6,)); t.start(); t.join()",
    "compiled": "ctypes.CDLL(None).sleep(10**6)",
    "compiled-pydll": "ctypes.PyDLL(None).sleep(10**6)",
    "no-alarm": "signal.setitimer(signal.ITIMER_REAL, 0); signal.alarm(0)\nwhile True: pass",
    "masked": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
    "big-power": "10 ** 10 ** 9",
    "big-product": "a = torch.ones(9000, 9000)\nwhile True: a = a @ a",
    "endless-generator": "sum(iter(int, 1))",
}
TAKING = {
    "memory": "x = []\nwhile True: x.append(bytearray(10**8))",
    "memory-torch": "x = torch.ones(10**12)",
    "memory-slowly": "x = ''\nwhile True: x += 'x' * 10**6",
    "threads": "while True: threading.Thread(target=time.sleep, args=(10**6,)).start()",
    "files": "x = []\nwhile True: x.append(open('/dev/null'))",
    "one-file": "f = open('big', 'wb')\nwhile True: f.write(b'x' * 10**7); f.flush()",
    "prints": "while True: print('x' * 1000)",
    "prints-below": "while True: os.write(1, b'x' * 10**6)",
    "processor": "for _ in range(8): os.fork()\nwhile True: pass",
}
LEAVING = {
    "child": f"subprocess.Popen(['sleep', '{STARTED}'])",
    "own-session": f"subprocess.Popen(['sleep', '{STARTED}'], start_new_session=True)",
    "daemon": f"""
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execvp('sleep', ['sleep', '{STARTED}'])
            os._exit(0)
        os.wait()""",
    "hundred": f"[subprocess.Popen(['sleep', '{STARTED}']) for _ in range(60)]",
    "chain": """
        if os.fork() == 0:
            while True:
                if os.fork(): os._exit(0)
                os.setsid(); time.sleep(0.01)""",
    "thread": "threading.Thread(target=time.sleep, args=(10**6,)).start()",
    "at-exit": "atexit.register(time.sleep, 10**6)",
}
TELLING = {
    "passed": """os.write(3, b'{"outcome": "passed"}\\n'); os._exit(0)""",
    "observed": """os.write(3, b'{"outcome": "observed"}\\n'); os._exit(0)""",
    "noise": "os.write(3, os.urandom(10**6)); os._exit(0)",
    "no-object": "os.write(3, b'[1]\\n'); os._exit(0)",
    "endless": "while True: os.write(3, b'x' * 10**6)",
    "endless-lines": """while True: os.write(3, b'{"flag": "x"}\\n')""",
    "endless-ready": "while True: os.write(3, b'ready\\n'); time.sleep(0.1)",
    "half": """os.write(3, b'{"outcome": "fail'); os._exit(0)""",
    "deep": "os.write(3, b'[' * 10**6 + b'\\n'); os._exit(0)",
    "large-number": """os.write(3, b'{"seed": ' + b'9' * 10**5 + b'}\\n'); os._exit(0)""",
    "nan": """os.write(3, b'{"seed": NaN, "seen": {}}\\n'); os._exit(0)""",
    "closes": "os.close(3)",
    "closes-all": "os.closerange(0, 100)",
    "nothing": "os.close(3); time.sleep(10**6)",
}
BREAKING = {
    "no-len": "builtins.len = None",
    "no-print": "sys.stdout = sys.stderr = None",
    "closed-stdout": "sys.stdout.close(); print(1)",
    "no-modules": "sys.modules.clear(); torch.ones(2)",
    "no-torch": "torch.Tensor.shape = None; torch.softmax = None; query.detach = None",
    "no-os-write": "os.write = lambda *a: 0; time.sleep(10**6)",
    "limits": "resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))",
    "removes-library": "import shutil; shutil.rmtree(Path(mtslib.__file__).parent)",
    "writes-library": "Path(mtslib.__file__).write_text('1 / 0')",
    "trace": "sys.settrace(lambda *a: 1 / 0); f = lambda: 0; f()",
    "hostile-result": "class A:\n    def __getattr__(self, n): os._exit(6)\nreturn A()",
    "hostile-class": "class A:\n    __class__ = property(lambda s: os._exit(7))\nreturn A()",
    "hostile-eq": "class A(float):\n    def __eq__(self, o): return True\nreturn A()",
    "hostile-float": "class A(float):\n    def __float__(self): raise SystemExit\nreturn A()",
    "hostile-repr": "class A:\n    def __repr__(self): os._exit(8)\nreturn A()",
    "hostile-tensor": "class A(torch.Tensor):\n    shape = property(lambda s: 1 / 0)\n"
    "return torch.ones(3).as_subclass(A)",
    "endless-list": "x = []\nx.append(x)\nreturn x",
    "large-result": "return torch.ones(5000, 5000)",
    "cut-storage": "query.untyped_storage().resize_(0); return query",
}
STATEMENTS = ENDING | WAITING | TAKING | LEAVING | TELLING | BREAKING

# Whole files -------------------------------------------------------------------------------------
FILES = {
    "terms.ipynb": lambda: notebook(f"X = {' + '.join(['1'] * 3500)}\n" + "x = 1\n"),
    "deep-cell.ipynb": lambda: notebook("x = " + "(" * 5000 + ")" * 5000),
    "blank-lines.ipynb": lambda: notebook("\n" * 300_000 + "x"),
    "no-cells.ipynb": lambda: b'{"cells": 3}',
    "nulls.ipynb": lambda: b'{"cells": [null, {"source": {"a": 1}}]}',
    "deep.ipynb": lambda: b'{"cells": ' + b"[" * 10**6,
    "bytes.ipynb": lambda: bytes(range(256)) * 100,
    "cut.ipynb": lambda: notebook(RIGHT)[:-40],
    "long-number.ipynb": lambda: b'{"nbformat": ' + b"4" * 10**5 + b"}",
}


def notebook_of(statement: str) -> bytes:
    """A notebook whose answer does something when it is called."""
    body = textwrap.indent(f"{textwrap.dedent(statement).strip()}\n", "    ")
    return notebook(IMPORTS, f"def attention_weights(query, key, bias):\n{body}    return query\n")


def notebook(*sources: str) -> bytes:
    cells = [
        {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None}
        for s in (*sources, f'learn.check("{NUMBER}", attention_weights)')
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 0}
    return json.dumps(whole).encode()


def course(folder: Path, chosen: Mapping[str, str], files: bool, honest: int) -> int:
    """Write a class → how many of it are hostile."""
    folder.mkdir()
    for number in range(honest):
        comment = f"# by {number}\n"
        (folder / f"honest-{number:02}.ipynb").write_bytes(notebook(IMPORTS, comment + RIGHT))
    for name, statement in chosen.items():
        (folder / f"{name}.ipynb").write_bytes(notebook_of(statement))
    if files:
        for name, content in FILES.items():
            (folder / name).write_bytes(content())
        os.mkfifo(folder / "fifo.ipynb")
        (folder / "folder.ipynb").mkdir()
        (folder / "link.ipynb").symlink_to("link.ipynb")
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.ipynb")).write_bytes(b"no")
    return len(list(folder.iterdir())) - honest
