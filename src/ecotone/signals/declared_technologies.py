"""How many interchangeable technologies an application declares at once, by layer of the stack."""

from __future__ import annotations

from typing import Any, Final

import ibis.expr.types as ir

from ecotone.foundation.declaration import Example
from ecotone.foundation.months import parse_month
from ecotone.signals.declare import signal
from ecotone.signals.example_rows import stack_rows

MAY: Final = parse_month("2024-05")
JUNE: Final = parse_month("2024-06")
_TEXTS: Final[dict[str, Any]] = {
    "unit": "technologies",
    "unit_zh": "种技术",
    "source": "Ecotone, stack/present-1; dependency manifests of the tree at the end of the month",
    "source_zh": "Ecotone，stack/present-1；月末代码树中的依赖清单",
    "theme": "stack",
    "inputs": ("git", "manifests"),
    "null_means": "no readable manifest declares a shipped package, or the project is no application",
    "null_means_zh": "没有可读的依赖清单声明随产品发布的依赖，或该项目不是应用",
}


def _count_technologies(stack_layers: ir.Table, layer: str) -> ir.Table:
    rows = stack_layers.filter(stack_layers.layer == layer)
    return rows.select("project", "month", value=rows.technologies)


@signal(
    title="Model providers",
    title_zh="模型供应商数",
    definition_zh="月末依赖清单中声明的模型供应商客户端种数（运行时或可选依赖）。以纯 HTTP 调用的供应商不在其中。",
    example=Example(
        rows={"stack_layers": [*stack_rows("2024-05", model_api=3, vector=1), *stack_rows("2024-06", model_api=0)]},
        answer={("p", MAY): 3, ("p", JUNE): 0},
    ),
    **_TEXTS,
)
def model_providers(stack_layers: ir.Table) -> ir.Table:
    """Model providers whose client an application ships or offers, as its manifests declare at the end of the month.

    A provider that is called by plain HTTP leaves no declaration.
    """
    return _count_technologies(stack_layers, "model_api")


@signal(
    title="Model kits",
    title_zh="模型框架数",
    definition_zh="月末依赖清单中声明的大模型与智能体框架种数（运行时或可选依赖）。",
    example=Example(
        rows={"stack_layers": stack_rows("2024-05", model_kit=2, database=1)},
        answer={("p", MAY): 2},
    ),
    **_TEXTS,
)
def model_kits(stack_layers: ir.Table) -> ir.Table:
    """Frameworks for models and agents that an application ships or offers, by its manifests at the month's end."""
    return _count_technologies(stack_layers, "model_kit")


@signal(
    title="Databases",
    title_zh="数据库种数",
    definition_zh="月末依赖清单中声明的业务数据库种数（运行时或可选依赖）；无需软件包的数据库不在其中。",
    example=Example(
        rows={"stack_layers": [*stack_rows("2024-05", database=1), *stack_rows("2024-06", database=2, db_kit=1)]},
        answer={("p", MAY): 1, ("p", JUNE): 2},
    ),
    **_TEXTS,
)
def databases(stack_layers: ir.Table) -> ir.Table:
    """Operational databases that an application ships or offers a client of, by its manifests at the end of the month.

    A database that needs no package is not seen.
    """
    return _count_technologies(stack_layers, "database")


@signal(
    title="Vector stores",
    title_zh="向量库种数",
    definition_zh="月末依赖清单中声明的向量库种数（运行时或可选依赖）；搜索引擎、缓存与数据库兼存向量时不计入。",
    example=Example(
        rows={"stack_layers": [*stack_rows("2024-05", vector=4), *stack_rows("2024-06", vector=0, search=1)]},
        answer={("p", MAY): 4, ("p", JUNE): 0},
    ),
    **_TEXTS,
)
def vector_stores(stack_layers: ir.Table) -> ir.Table:
    """Vector stores that an application ships or offers a client of, by its manifests at the end of the month.

    A search engine, cache or database that holds vectors counts as what it is.
    """
    return _count_technologies(stack_layers, "vector")
