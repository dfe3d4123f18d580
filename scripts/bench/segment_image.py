"""nlptool segment of 50 pictures against the raw engines, and PaddleSeg's own way of predicting.

    python scripts/bench/segment_image.py [FOLDER] [--paddleseg]

The pictures are drawn here, 1024 x 880 pixels, or are the first of FOLDER. Raw is the engine alone
in one process: picture after picture opened by Pillow, resized, answered, its mask kept in memory.
nlptool writes masks and overlays besides. PaddleSeg's own is its deploy transforms and its
visualize, on paddle.inference, with masks and overlays written.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from common import NLPTOOL, cost, machine, report
from PIL import Image, ImageDraw

from nlptool.config.paths import packaged
from nlptool.io.pictures.pages import SUFFIXES

COUNT = 50
MODEL = packaged("weights/optic-disc")
RAW = """
import sys
import numpy, onnxruntime
from PIL import Image
model, *names = sys.argv[1:]
session = onnxruntime.InferenceSession(model)
for name in names:
    picture = Image.open(name).convert("RGB")
    small = numpy.asarray(picture.resize((320, 320), Image.BILINEAR), numpy.float32)
    given = ((small / 255 - 0.5) / 0.5).transpose(2, 0, 1)[None]
    mask = session.run(None, {"x": given})[0][0].argmax(0).astype(numpy.uint8)
    Image.fromarray(mask).resize(picture.size)
"""
PADDLESEG = """
import sys
from pathlib import Path
import numpy, paddle, cv2
import paddle.inference as inference
from paddleseg.deploy.infer import DeployConfig
from paddleseg.utils.visualize import get_color_map_list, get_pseudo_color_map, visualize
model, out, *names = sys.argv[1:]
deploy = DeployConfig(f"{model}/deploy.yaml")
config = inference.Config(f"{model}/model.json", f"{model}/model.pdiparams")
config.disable_gpu()
config.disable_mkldnn()
predictor = inference.create_predictor(config)
handle = predictor.get_input_handle(predictor.get_input_names()[0])
for name in names:
    data = deploy.transforms({"img": name})
    handle.copy_from_cpu(data["img"][None].astype("float32"))
    predictor.run()
    output = predictor.get_output_handle(predictor.get_output_names()[0]).copy_to_cpu()
    size = data["trans_info"][0][1]
    scores = paddle.nn.functional.interpolate(paddle.to_tensor(output), size, mode="bilinear")
    mask = scores.argmax(1).numpy()[0].astype("uint8")
    target = Path(out, Path(name).name + ".png")
    get_pseudo_color_map(mask).save(target)
    overlay = visualize(name, mask, get_color_map_list(256), weight=0.5)
    cv2.imwrite(str(target.with_suffix(".overlay.png")), overlay)
"""


def main() -> None:
    """Print the ratios."""
    print(machine())
    named = next((word for word in sys.argv[1:] if not word.startswith("-")), None)
    with tempfile.TemporaryDirectory() as folder:
        pictures = given(Path(named)) if named else drawn(Path(folder))
        raw = cost((sys.executable, "-c", RAW, str(MODEL / "model.onnx"), *pictures), times=2)
        masks = (*NLPTOOL, "segment", "image", *pictures, "-o", f"{folder}/out")
        report(f"masks of {len(pictures)} pictures", cost(masks, times=2), raw)
        if "--paddleseg" in sys.argv:
            out = Path(folder, "paddleseg")
            out.mkdir()
            (out / "model").symlink_to(MODEL / "paddle")
            words = (str(out / "model"), str(out), *pictures)
            theirs = cost((sys.executable, "-W", "ignore", "-c", PADDLESEG, *words), times=2)
            for model in ("optic-disc", "optic-disc-paddle"):
                ours = cost((*masks, "--overlay", "-m", model), times=2)
                report(f"{model}, with overlays, against PaddleSeg", ours, theirs, aim=1)


def given(folder: Path) -> list[str]:
    """The first pictures of a folder."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    return [str(file) for file in files[:COUNT]]


def drawn(folder: Path) -> list[str]:
    """Discs on a ground of noise; always the same."""
    dice = random.Random(1)
    names = []
    for number in range(COUNT):
        picture = Image.effect_noise((1024, 880), 40).convert("RGB")
        x, y = dice.randint(300, 700), dice.randint(300, 600)
        ImageDraw.Draw(picture).ellipse((x - 90, y - 100, x + 90, y + 100), fill=(240, 200, 120))
        names.append(str(folder / f"{number}.jpg"))
        picture.save(names[-1])
    return names


if __name__ == "__main__":
    main()
