"""The sensor that reminds: late agreements and followed figures that changed, by mail or webhook where one is configured."""

import json
from datetime import UTC, datetime

import dagster as dg

from datawerkplaats.base.errors import DataProblem
from datawerkplaats.base.settings import get_settings
from datawerkplaats.operations.reminders import remind


@dg.sensor(
    name="reminders",
    minimum_interval_seconds=900,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells once which agreements are late and which followed figures changed; on the pages they stand anyway.",
)
def reminders(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Start nothing: only send what has not been told yet."""
    told = json.loads(context.cursor or "[]")
    try:
        now = remind(get_settings(), told, datetime.now(UTC))
    except DataProblem as problem:
        return dg.SkipReason(problem.sentence("en"))
    context.update_cursor(json.dumps(sorted(now)))
    return dg.SkipReason(f"{len(now)} things stand on the pages; {len(now - set(told))} of them are new.")
