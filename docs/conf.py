"""The handbook, built offline and without a warning: ``poe docs``."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import imu_valgus  # noqa: E402 - the paths above come first

project = "imu_valgus"
author = "the imu_valgus authors"
version = release = imu_valgus.__version__
language = "en"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "handbook",
]
exclude_patterns = [
    "_build",
    "accuracy.md",  # has no title of its own: method/accuracy.md includes it
    "logs",
    "examples/*.rst",
    "gallery/**/*.py",
]
nitpicky = True
# Nothing is fetched at build, so what other packages document is not linked to.
nitpick_ignore_regex = [("py:.*", r"(?!imu_valgus).*")]

suppress_warnings = ["ref.footnote"]  # a docstring may name a source that no sentence calls

myst_enable_extensions = ["deflist", "dollarmath", "colon_fence", "attrs_inline", "substitution"]
myst_substitutions = {"version": version}
myst_heading_anchors = 3
html_math_renderer = "mathml"

autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "gallery",
    "filename_pattern": "/",
    "run_stale_examples": True,  # the program may have changed since
    "image_scrapers": (),
    "reset_modules": (),
    "capture_repr": ("_repr_html_", "__repr__"),
    "within_subsection_order": "FileNameSortKey",
    "default_thumb_file": str(HERE / "drawings" / "thumbnail.svg"),
    "download_all_examples": False,
    "show_signature": False,
    "show_memory": False,
    "min_reported_time": 3600,
    "write_computation_times": False,
    "abort_on_example_error": True,
    "copyfile_regex": "",
}

html_theme = "furo"
html_title = "imu_valgus"
html_static_path = ["static"]
html_css_files = ["handbook.css"]
html_show_copyright = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
templates_path: list[str] = []
