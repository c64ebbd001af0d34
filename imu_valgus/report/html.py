"""A page that holds all it needs: style, figures and their library; nothing is fetched."""

import base64
import hashlib
from importlib.resources import files

import jinja2
from plotly.offline import get_plotlyjs


def render(template: str, /, **content: object) -> str:
    """Return a template of this package as one HTML page that opens offline.

    What the template gets besides ``content``: ``style``, ``scripts`` and, for the page's
    Content-Security-Policy, ``script_hashes``.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("imu_valgus.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scripts = [get_plotlyjs(), _resource("report.js")]
    return environment.get_template(template).render(
        **content,
        style=_resource("palette.css") + _resource("report.css"),
        scripts=scripts,
        script_hashes=[_csp_hash(script) for script in scripts],
    )


def _resource(name: str) -> str:
    return files("imu_valgus.report").joinpath("templates", name).read_text(encoding="utf-8")


def _csp_hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
