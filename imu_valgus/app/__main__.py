"""``python -m imu_valgus.app``: the command line without the installed script."""

from imu_valgus.app.cli import app

app()
