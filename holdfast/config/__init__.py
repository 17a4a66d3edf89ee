"""holdfast.toml: what a launcher's owner declares, as frozen types."""

from holdfast.config.error import ConfigError
from holdfast.config.find import FILE_NAME, find
from holdfast.config.launcher import Alarm, AlarmKind, Borrowed, Carries, Launcher, Service
from holdfast.config.load import load
from holdfast.config.placeholders import fill, fill_into, fill_url

__all__ = [
    "FILE_NAME",
    "Alarm",
    "AlarmKind",
    "Borrowed",
    "Carries",
    "ConfigError",
    "Launcher",
    "Service",
    "fill",
    "fill_into",
    "fill_url",
    "find",
    "load",
]
