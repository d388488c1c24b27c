"""The command of the course's leaderboard: `submit`."""

from __future__ import annotations

from argparse import Namespace

from mtslib.base.errors import DataError, MtsError
from mtslib.base.paths import expanded
from mtslib.cli.parser import DATA, command, option, tell
from mtslib.cli.serving import BACKBONE


@command(
    "submit",
    "write the course's prediction files, or check them",
    "submit runs/merged --split test --out predictions",
    option("model", nargs="?", type=expanded, metavar="DIR", help="a merged model or a checkpoint"),
    option("--split", default="test", choices=("dev", "test")),
    option("--out", type=expanded, metavar="DIR", help="for sst-test-output.csv and so on"),
    option("--check", type=expanded, metavar="DIR", help="check the files of this folder instead"),
    option("--tasks", default="", metavar="T,…", help="only these of sst,quora,sts"),
    option("--precision", default="auto", choices=("auto", "fp32", "bf16")),
    DATA,
    BACKBONE,
    notes="The files have the format of the handout, odd spaces and a misspelt column included.\n"
    "`--check DIR` compares them with the task files, line by line, and scores what has labels.",
)
def _submit(options: Namespace) -> None:
    names = [name for name in options.tasks.split(",") if name]
    if (options.check is None) == (options.model is None):
        raise MtsError("say which model with --out DIR, or --check DIR alone")
    if options.model is not None and options.out is None:
        raise MtsError("--out is required: the folder of the prediction files")

    from mtslib.serving import open_model, submission

    if options.check is not None:
        tell(*submission.check(options.check, options.data, names), DataError)
        return
    submission.forms_of(names)
    model = open_model(options.model, options.backbone)
    how = (model, options.out, options.split, options.data, names, options.precision)
    for path in submission.write(*how):
        print(path)
