"""What a command of a third party is made of, under the name that it imports.

The module of a command has ``register(app)``, which hands its functions to ``command``; a
parameter of type JobOptions, Model or PageOptions becomes the options of every task (on pictures),
and ``run_task`` runs the job that they make. A PictureFolder writes a picture a record. The first
line of the module's docstring stands in ``nlptool --help``.
"""

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.page_options import PageOptions
from nlptool.cli.task_command import run_task
from nlptool.io.pictures.drawn import PictureFolder

__all__ = ["JobOptions", "Model", "PageOptions", "PictureFolder", "command", "run_task"]
