"""What a configuration describes, built: network, data, losses, optimizer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from nlptool.errors import InputError, UsageError, one_line
from nlptool.plugins.trainer import MaskPlan


class Parts(NamedTuple):
    """Everything a training needs, as PaddleSeg makes it."""

    model: Any
    train: Any
    val: Any
    losses: dict[str, Any]
    optimizer: Any
    iters: int
    batch: int
    test_config: dict[str, Any]


def build(config: dict[str, Any], plan: MaskPlan) -> Parts:
    """The parts; UsageError with PaddleSeg's own words where it cannot make one."""
    from copy import deepcopy

    from paddleseg.cvlibs import Config, SegBuilder, manager
    from paddleseg.utils import logger

    from .losses import REPAIRED

    logger.log_level = 0
    manager.LOSSES.components_dict.update(REPAIRED)

    class Given(Config):  # type: ignore[misc]
        """The configuration as it was read, not from a file."""

        def __init__(self) -> None:
            self.dic = deepcopy(config)
            self._build_default_checker().apply_all_rules(self)

    try:
        given = Given()
        builder = SegBuilder(given)
        parts = Parts(
            model=builder.model,
            train=builder.train_dataset,
            val=builder.val_dataset if given.val_dataset_cfg else None,
            losses=builder.loss,
            optimizer=builder.optimizer,
            iters=given.iters,
            batch=given.batch_size,
            test_config=given.test_config,
        )
    except (RuntimeError, AssertionError, ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{plan.source}: {one_line(error)}") from error
    _check_data(parts)
    if plan.labels and len(plan.labels) != parts.train.num_classes:
        raise UsageError(f"{len(plan.labels)} labels for {parts.train.num_classes} classes")
    return parts


def _check_data(parts: Parts) -> None:
    if len(parts.train) < parts.batch:
        raise InputError(
            f"a batch of {parts.batch} needs as many pictures, and there are {len(parts.train)}"
        )
    for data in (parts.train, parts.val):
        for name in (name for pair in (data.file_list if data else ()) for name in pair):
            if not Path(name).is_file():
                raise InputError(f"{name}: no such file, but a list names it")
