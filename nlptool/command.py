"""What a command of a third party is made of, under the name that it imports.

The module of a command has ``register(app)``, which hands its functions to ``command``; a
parameter of type JobOptions or Model becomes the options of every task, and ``run_task`` runs the
job that they make. The first line of the module's docstring stands in ``nlptool --help``.
"""

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task

__all__ = ["JobOptions", "Model", "command", "run_task"]
