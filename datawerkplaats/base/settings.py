"""The one place where a setting is read: environment variables with the prefix `DWP_`, or a `.env` file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parents[2]

Mode = Literal["demo", "files", "live"]


class Settings(BaseSettings):
    """All settings of one run. Paths are absolute; folders are made by whoever writes into them."""

    model_config = SettingsConfigDict(
        env_prefix="DWP_", env_file=PROJECT_ROOT / ".env", extra="ignore", env_ignore_empty=True
    )

    source: Mode = "demo"
    files: Path | None = Field(
        None, description="Folder with deliveries, for source=files; in live mode for what no service has."
    )
    statline_url: str | None = Field(
        None, description="One base address for both StatLine services, for tests and mirrors."
    )
    cbs_url: str = "https://opendata.cbs.nl"
    statline_v4_url: str = "https://datasets.cbs.nl/odata/v1"
    rivm_url: str = "https://dataderden.cbs.nl"
    pdok_url: str = "https://service.pdok.nl"
    region: str = Field(
        "NL",
        description="A file in catalogue/regions, a province, a GGD region or NL: what the pages open with.",
    )
    contact: str | None = Field(
        None, description="E-mail address to which readers report an error in a figure; shown on every page."
    )
    schedules: bool = Field(
        False,
        description="Whether schedules and sensors that start builds are on as soon as Dagster's daemon runs.",
    )
    data_dir: Path = PROJECT_ROOT / "data"
    catalogue_dir: Path = PROJECT_ROOT / "catalogue"
    reference_data: Path = PROJECT_ROOT.parent / "shared" / "data"
    keys_dir: Path = Field(
        Path("~/.config/datawerkplaats/keys"),
        description="Keys that sign releases and the log. Outside the data folder: back it up apart, share it with nobody.",
    )
    public_url: str | None = Field(
        None,
        description="Address under which readers reach the pages, for links on paper, in files and as QR code; by default what the "
        "browser shows.",
    )
    workplace_url: str | None = Field(
        None,
        description="SQLAlchemy address of the store of what people write; by default a SQLite file in the data folder.",
    )
    sign_in_file: Path | None = Field(
        None,
        description="Streamlit's TOML file with the section [auth] of the provider; without one there is the local user only.",
    )
    roles_file: Path | None = Field(
        None,
        description="YAML file: which groups of the provider have which role, which pages are open to all.",
    )
    hosts: str = Field(
        "",
        description="Names, with commas between, under which both servers may be asked beside 127.0.0.1 and localhost.",
    )
    app_workers: int = Field(
        2,
        ge=1,
        le=32,
        description="Processes of the dashboard behind the proxy, on ports 8501 and on: each is one core of readers.",
    )
    preview_days: int = Field(
        0,
        ge=0,
        description="Working days that gemeenten see the public site of a release before it may be built for everybody.",
    )
    dagster_changes: bool = Field(
        False, description="Whether people may start runs and change schedules in the Dagster UI."
    )
    keep_days: int = Field(
        30, ge=1, description="Releases of the last so many days all stay; older ones by DWP_KEEP_MONTHLY."
    )
    keep_monthly: bool = Field(
        True,
        description="Whether the last release of every month stays, and after DWP_KEEP_MONTHS that of every quarter for ever."
        " Pinned and referred ones always do.",
    )
    keep_months: int = Field(
        12,
        ge=1,
        description="For how many months the last of each month stays; after that the last of each quarter.",
    )
    keep_run_days: int = Field(
        30,
        ge=1,
        description="How long runs in Dagster's lists, refused deliveries and earlier snapshots stay.",
    )
    backups: str = Field(
        "",
        description="Folders with backups, with commas between: `dwp withdraw` lists the copies of a release that lie there.",
    )
    watch_port: int = Field(
        9464,
        ge=1024,
        le=65535,
        description="Where `dwp watch` answers on 127.0.0.1 with figures about itself.",
    )
    watch_services: str = Field(
        "",
        description="Addresses on this machine, with commas between, that have to answer: the health of dashboard and Dagster.",
    )
    notice_mail_to: str = Field("", description="Mail addresses, with commas between, that get notices.")
    notice_mail_from: str = Field("", description="The mail address that notices come from.")
    notice_smtp: str = Field(
        "", description="The mail server: smtp://[user@]host[:port], with TLS by STARTTLS, or smtps://."
    )
    notice_smtp_password_file: Path | None = Field(
        None,
        description="A file with the password of the user of the mail server, readable for its owner alone.",
    )
    notice_webhook: str = Field(
        "", description="An https address that gets notices as JSON; http only on this machine."
    )
    notice_queue: int = Field(
        500, ge=1, description="How many notices wait at most while mail server or webhook are away."
    )
    notice_again_hours: int = Field(24, ge=1, description="A trouble that lasts is told again after so long.")
    late_hours: int = Field(
        36, ge=1, description="With DWP_SCHEDULES: a notice when no build has succeeded for so long."
    )
    backup_hours: int = Field(
        36, ge=1, description="With DWP_BACKUPS: a notice when no backup there is younger than this."
    )
    disk_free_mb: int = Field(
        5_000, ge=0, description="A notice when the disk of the data folder has less room than this."
    )
    certificate: Path | None = Field(
        None, description="The certificate of the web server (PEM): a notice three weeks before it ends."
    )
    seed: int = 20_221_201
    cores: int = 2
    engine_memory_mb: int = Field(
        540,
        ge=300,
        description="Megabytes that the engine of the private warehouse may hold; the rest goes through the disk, but for a series "
        "per area over many more years than today's. What lacks more is made once more with four times as much.",
    )
    http_timeout_s: float = 60.0
    http_retries: int = 8
    http_parallel: int = 8
    read_memory_mb: int = Field(
        900, description="Megabytes of memory that reading one delivery may take; it is refused beyond."
    )
    read_file_mb: int = Field(
        500, description="Megabytes that a delivered file, or one answer of a service, may have."
    )
    delivery_mb: int = Field(
        25, ge=1, description="Megabytes that a file may have that a partner hands in on the page."
    )
    effect_tries: int = Field(
        5,
        ge=1,
        description="How often a day the effect of a delivery may be worked out before it is accepted, per source.",
    )
    read_seconds: float = Field(
        3_600.0,
        description="Seconds that the loading of one source may take in all, with waiting for a service.",
    )

    @field_validator(
        *("data_dir", "catalogue_dir", "reference_data", "files", "keys_dir", "sign_in_file", "roles_file"),
        *("notice_smtp_password_file", "certificate"),
    )
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().resolve()

    @property
    def host_names(self) -> list[str]:
        """The names of `hosts`, one by one."""
        return [name.strip() for name in self.hosts.split(",") if name.strip()]

    @property
    def watched(self) -> list[str]:
        """The addresses of `watch_services`, one by one."""
        return [name.strip() for name in self.watch_services.split(",") if name.strip()]

    @property
    def backup_folders(self) -> list[Path]:
        """The folders of `backups`, one by one."""
        return [Path(name.strip()).expanduser().resolve() for name in self.backups.split(",") if name.strip()]

    def base_url(self, service: Literal["cbs", "rivm"]) -> str:
        """The address of a StatLine service, without a trailing slash."""
        return (self.statline_url or (self.cbs_url if service == "cbs" else self.rivm_url)).rstrip("/")

    @property
    def engine_cores(self) -> int:
        """Threads of the engine: in the example region a second one costs more of the processor than it saves the clock (0121)."""
        return 1 if self.source == "demo" else self.cores

    @property
    def snapshots_dir(self) -> Path:
        """Snapshots of the current mode: one folder per source, one below it per content."""
        return self.data_dir / "snapshots" / self.source

    @property
    def inputs_dir(self) -> Path:
        """What dbt reads: per source a link to its current snapshot."""
        return self.data_dir / "inputs" / self.source

    @property
    def rejected_dir(self) -> Path:
        """Deliveries that were refused, each with its reason."""
        return self.data_dir / "rejected" / self.source

    @property
    def private_dir(self) -> Path:
        """Partners' rows per person, which nothing but counting and auditing reads."""
        return self.data_dir / "private" / self.source

    @property
    def joint_dir(self) -> Path:
        """Tables that partners computed together, as deliveries: see docs/stations.md."""
        return self.data_dir / "joint"

    @property
    def compiled_catalogue_dir(self) -> Path:
        """The catalogue as JSON tables for dbt."""
        return self.data_dir / "catalogue"

    @property
    def demo_dir(self) -> Path:
        """Deliveries of the fictional region, in the wire format of the real services."""
        return self.data_dir / "demo" / str(self.seed)

    @property
    def publish_dir(self) -> Path:
        """Published files and the pointer to the current one."""
        return self.data_dir / "publish"

    @property
    def workplace_dir(self) -> Path:
        """What belongs to the store of what people write: the SQLite file, the signed head of its log."""
        return self.data_dir / "workplace"

    @property
    def warehouse_path(self) -> Path:
        """The private warehouse, opened by one writer only."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def load_gate_dir(self) -> Path:
        """What holds the last candidate back, and approvals of it."""
        return self.data_dir / "load_gate"

    @property
    def operations_dir(self) -> Path:
        """What the watch keeps: which troubles were told, and notices that wait."""
        return self.data_dir / "operations"

    @property
    def gx_dir(self) -> Path:
        """Great Expectations results and Data Docs."""
        return self.data_dir / "gx"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage."""
        return self.data_dir / "dagster"


@lru_cache
def get_settings() -> Settings:
    """The settings of this process (read once)."""
    return Settings()
