"""A module with the method of PaddleHub's matting modules: what is bright is the foreground."""

from paddlehub.module.module import moduleinfo, serving


@moduleinfo(name="bright", version="1.0.0", type="CV/semantic_segmentation")
class Bright:
    @serving
    def segmentation(
        self, images=None, paths=None, batch_size=1, use_gpu=False, visualization=False
    ):
        return [{"data": image[:, :, 0].astype("float32")} for image in images]
