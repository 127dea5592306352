"""Spark through Spark Connect: statements in Spark's SQL, groups on the cluster's machines."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from ecotone.events.sources.secret import Token
from ecotone.foundation.engine_choice import EngineChoice
from ecotone.foundation.errors import EngineFailed
from ecotone.pipeline.engines.engine import EXECUTED, GroupFunction
from ecotone.pipeline.engines.types import give_moments_a_zone, with_plain_types

TOKEN_VARIABLE: Final = "ECOTONE_SPARK_TOKEN"  # noqa: S105 - a name
HOST_VARIABLE: Final = "ECOTONE_SPARK_HOST"
FEWEST_TASKS: Final = 4
MOST_TASKS: Final = 400
ROWS_OF_A_TASK: Final = 500_000

Answer = TypeVar("Answer")


class SparkEngine:
    """A session at a Spark Connect server, with these tables as views.

    Tables travel over the connection, or as Parquet files in the folder `shared` of the choice.
    """

    dialect: Final = "pyspark"

    def __init__(self, choice: EngineChoice, tables: Mapping[str, pa.Table]) -> None:
        self._choice = choice
        self._folder = f"{choice.shared.rstrip('/')}/ecotone-{uuid.uuid4().hex}" if choice.shared else None
        self._session = self._asking(self._open_session)
        try:
            for name, table in tables.items():
                self._asking(self._frame_of, name, table).createOrReplaceTempView(name)
            self._divide_work(sum(table.num_rows for table in tables.values()) // ROWS_OF_A_TASK)
        except BaseException:
            self.close()
            raise

    def run(self, sql: str) -> pa.Table:
        """See `Engine.run`."""
        EXECUTED["spark statements"] += 1
        return self._asking(lambda: self._session.sql(sql).toArrow())

    def each(self, table: pa.Table, key: str, function: GroupFunction, schema: pa.Schema) -> pa.Table:
        """See `Engine.each`. The cluster's machines import the function by its module's name."""
        groups = len(table[key].unique())
        if not groups:
            return schema.empty_table()
        EXECUTED["spark groups"] += groups
        name = f"groups_{uuid.uuid4().hex}"

        def ask() -> pa.Table:
            self._divide_work(groups)
            frame = self._frame_of(name, table)
            return frame.groupBy(key).applyInArrow(function, schema=_spark_schema(schema)).toArrow()

        return self._asking(ask).cast(schema)

    def close(self) -> None:
        """End the session and remove the files of its tables."""
        self._session.stop()
        if self._folder is not None:
            files, folder = pafs.FileSystem.from_uri(_as_uri(self._folder))
            if files.get_file_info(folder).type == pafs.FileType.Directory:
                files.delete_dir(folder)

    def _open_session(self) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about versions of pandas, which is not used
            from pyspark.sql.connect.session import SparkSession

            session = SparkSession.builder.remote(self._choice.at + _token_part(self._choice.at)).create()
        session.conf.set("spark.sql.session.timeZone", "UTC")
        session.conf.set("spark.sql.ansi.enabled", "false")  # division by zero is NULL, as elsewhere
        # it would plan the long statement of all signals again after each of its stages, and put few groups together
        session.conf.set("spark.sql.adaptive.enabled", "false")
        return session

    def _divide_work(self, parts: int) -> None:
        """How many tasks a stage has."""
        self._session.conf.set("spark.sql.shuffle.partitions", str(min(max(parts, FEWEST_TASKS), MOST_TASKS)))

    def _frame_of(self, name: str, table: pa.Table) -> Any:
        table = give_moments_a_zone(with_plain_types(table))
        if not table.num_rows:
            return self._session.createDataFrame([], _spark_schema(table.schema))
        if self._folder is None:
            return self._session.createDataFrame(table)
        address = f"{self._folder}/{name}.parquet"
        files, path = pafs.FileSystem.from_uri(_as_uri(address))
        files.create_dir(os.path.dirname(path))
        pq.write_table(table, path, filesystem=files, compression="zstd", compression_level=1)
        return self._session.read.parquet(_as_uri(address).replace("s3://", "s3a://"))

    def _asking(self, ask: Callable[..., Answer], *arguments: Any) -> Answer:
        """What the server answers. Raises EngineFailed."""
        try:
            return ask(*arguments)
        except ImportError:
            raise EngineFailed(
                f"the engine {self._choice.at} needs pyspark: install ecotone[spark], in the version of the server"
            ) from None
        except Exception as error:
            raise EngineFailed(f"the engine {self._choice.at} failed ({_first_sentence(error)})") from error


def _spark_schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)


def _token_part(address: str) -> str:
    """The token of the environment for the address; it goes only to the host that the environment names."""
    token = os.environ.get(TOKEN_VARIABLE, "")
    host = os.environ.get(HOST_VARIABLE, "").strip().casefold()
    if not token or host != (urlsplit(address).hostname or "").casefold():
        return ""
    return f"/;use_ssl=true;token={Token(token).reveal_secret()}"


def _as_uri(address: str) -> str:
    return address if "://" in address else f"file://{os.path.abspath(address)}"


def _first_sentence(error: Exception) -> str:
    token = os.environ.get(TOKEN_VARIABLE, "")
    text = " ".join(str(error).split())[:300].rstrip(". ")
    return (text.replace(token, "***") if token else text) or type(error).__name__
