"""The small region as a workplace that asks real services: a data folder that is put back after every fault."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from subprocess import CompletedProcess

from datawerkplaats.base.errors import PROBLEMS, DataProblem
from datawerkplaats.base.settings import Settings
from datawerkplaats.catalogue import Source, load_catalogue
from datawerkplaats.loading import door
from demo.wire import FILES
from orchestration import steps
from tests import small_region
from tests.kept_builds import PARSED, build_key, copy_of, emptied, kept_build, own_place
from tests.lasting_keys import sign_with_lasting_keys
from tests.proofs.chaos import examiner
from tests.proofs.chaos import service as services
from tests.proofs.chaos.examiner import Seen, Served
from tests.proofs.chaos.service import Service, service
from tests.warm_builds import WarmBuilds, warm_builds

# Two tries in a few seconds: a service that is away is not waited for as long as in earnest.
_PATIENCE = {"DWP_HTTP_RETRIES": "3", "DWP_HTTP_TIMEOUT_S": "3"}


@dataclass
class Place:
    """A built workplace under trial.

    Args:
        data: Its data folder.
        files: What partners and publishers deliver as files.
        base: A copy of the data folder as it was built.
        sound: What it served then.
    """

    data: Path
    files: Path
    base: Path
    catalogue: Path
    service: Service
    warm: WarmBuilds
    settings: dict[str, str]
    sound: Served
    declared: Mapping[str, Source]
    printed: str = ""

    @property
    def publish(self) -> Path:
        """The folder with publications."""
        return self.data / "publish"

    def restore(self) -> None:
        """Everything as it was before the fault."""
        self.service.reset()
        emptied(self.data, PARSED, filled_from=self.base)
        shutil.rmtree(self.files)
        shutil.copytree(self.base.with_name("files"), self.files)
        shutil.copytree(self.base.with_name("declared"), self.catalogue, dirs_exist_ok=True)

    def build(self, *arguments: str, **settings: str) -> CompletedProcess[str]:
        """A build that nobody looks after."""
        return self.warm.materialise(*arguments, **settings)

    def seen(self, *arguments: str, **settings: str) -> Seen:
        """What comes of a build, for the examiner."""
        before, releases, told = self.now(), examiner.listed(self.publish), examiner.notices(self.publish)
        run = self.build(*arguments, **settings)
        return self.after(run, before, releases, told)

    def after(
        self, run: CompletedProcess[str], before: Served, releases: set[str], told: dict[str, str]
    ) -> Seen:
        """What came of a build that began with these releases and notices."""
        self.printed = run.stdout + run.stderr
        notices = examiner.notices(self.publish)
        new = {name: one for name, one in notices.items() if told.get(name) != one}
        kept = releases <= examiner.listed(self.publish)
        return Seen(run.returncode, run.stdout + run.stderr, before, examiner.served(self.publish), new, kept)

    def at_the_door(self) -> tuple[bool, bool]:
        """Whether what is delivered now changes nothing of what a build is made from, and whether something is said of it.

        A build of the same snapshots serves the same figures, so that what is refused here need not be built out.
        """
        settings, is_told = Settings(_env_file=None, data_dir=self.data, **self.told()), False  # type: ignore[arg-type]
        # As the fault found it: what is put in may be a build of its own that has loaded something.
        for source_id, before in {name: self._used(name) for name in self.in_use}.items():
            problem = steps.ingest(self.declared[source_id], settings).problem
            if self._used(source_id) != before or (
                problem and not (problem.code in PROBLEMS and problem.expected and problem.remedy)
            ):
                return False, False
            is_told |= problem is not None
        return True, is_told

    def require_silence(self) -> None:
        """Nothing is told of deliveries that are sound: it would pass for the telling of a fault.

        Raises:
            DataProblem: `build_failed` if something is.
        """
        if self.at_the_door() != (True, False):
            raise DataProblem(
                "build_failed", subject="the region without a fault", expected="deliveries of which nothing is told",
                found="a sentence about one of them, or other rows",
            )  # fmt: skip

    @cached_property
    def in_use(self) -> list[str]:
        """The sources that are delivered and have rows."""
        with_rows = [
            path.name for path in (self.data / "inputs" / "live").iterdir() if path.resolve().name != "absent"
        ]
        return [name for name in with_rows if name in self.declared and not name.startswith("ml_")]

    def told(self) -> dict[str, str]:
        """The settings of its builds, by name."""
        return {
            name.removeprefix("DWP_").lower(): value
            for name, value in self.settings.items()
            if name.startswith("DWP_")
        }

    def _used(self, source_id: str) -> list[str]:
        private = self.data / "private" / "live" / source_id / "current"
        # The protected table of a partner follows from its private rows.
        links = (private,) if private.is_symlink() else (self.data / "inputs" / "live" / source_id,)
        return [link.resolve().name for link in links if link.exists()]

    def now(self) -> Served:
        """What is served."""
        found = examiner.served(self.publish)
        assert found is not None
        return found


@contextmanager
def place(work: Path, **loaded: str) -> Iterator[Place]:
    """The workplace, built and served, until the block ends; it is built once for all proofs until its code changes.

    Args:
        work: A folder of this workplace's own.
        loaded: Further environment of its builds.

    Raises:
        DataProblem: `build_failed` if it cannot even be built without a fault.
    """
    sign_with_lasting_keys()
    made_of = (inspect.getsource(module) for module in (small_region, services))
    kept = kept_build(
        "chaos", build_key(Settings(_env_file=None, source="live"), *made_of, *_PATIENCE.values()), _build
    )
    data, files, catalogue = own_place(), work / "delivered", work / "catalogue"
    with ExitStack() as stack:
        stack.callback(emptied, data, PARSED)
        emptied(data, PARSED, filled_from=kept / "data")
        shutil.copytree(kept / "declared", catalogue)
        shutil.copytree(kept / "files", files)
        answers = stack.enter_context(service(_delivered(kept).demo_dir))
        settings = {**_settings(catalogue, files, answers), **loaded}
        warm = stack.enter_context(warm_builds(data, settings))
        stack.callback(door.close)
        found = examiner.served(data / "publish")
        assert found is not None
        declared = load_catalogue(catalogue).sources
        made = Place(data, files, kept / "data", catalogue, answers, warm, settings, found, declared)
        assert len(made.in_use) >= 7, made.in_use
        made.require_silence()
        yield made


def _delivered(kept: Path) -> Settings:
    return Settings(_env_file=None, data_dir=kept / "upstream")


def _settings(catalogue: Path, files: Path, answers: Service) -> dict[str, str]:
    return {
        "DWP_CATALOGUE_DIR": str(catalogue), "DWP_SOURCE": "live", "DWP_FILES": str(files),
        "DWP_STATLINE_URL": answers.address, "DWP_PDOK_URL": answers.address,
        "DWP_STATLINE_V4_URL": answers.address, **_PATIENCE,
    }  # fmt: skip


def _build(kept: Path) -> None:
    """What the region delivers and declares, and the workplace as it is built from that."""
    small_region.write_declarations(kept / "declared")
    small_region.deliver(_delivered(kept))
    files = Path(shutil.copytree(_delivered(kept).demo_dir / FILES, kept / "files"))
    data = emptied(own_place(), PARSED)
    with service(_delivered(kept).demo_dir) as answers:
        run = small_region.materialise(data, **_settings(kept / "declared", files, answers))
    if run.returncode:
        raise DataProblem(
            "build_failed", subject="the region without a fault", found=(run.stdout + run.stderr)[-600:]
        )
    (kept / "data").mkdir()
    copy_of(data, kept / "data")
