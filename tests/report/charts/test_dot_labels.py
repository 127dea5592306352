from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ecotone.report.charts import dot_labels, network, scatter

UNIT = st.floats(0, 1)
DOTS = st.lists(st.tuples(st.text("abcdefgh-", max_size=24), UNIT, UNIT, st.floats(2, 16)), max_size=40)


def meet(one: dot_labels.Box, other: dot_labels.Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0 and down > 0


@given(DOTS, st.sampled_from([(860.0, 620.0), (300.0, 620.0), (230.0, 460.0)]))
def test_names_hide_neither_each_other_nor_dots_nor_leave_the_drawing(
    dots: list[dot_labels.Dot], size: tuple[float, float]
):
    width, height = size
    found = dot_labels.choose_label_sides(dots, width, height)
    places = [(x * width, y * height, radius) for _, x, y, radius in dots]
    boxes = [
        dot_labels.label_box(name, place, side)
        for (name, *_), place, side in zip(dots, places, found, strict=True)
        if side is not None and name
    ]
    circles = [(x - radius, y - radius, x + radius, y + radius) for x, y, radius in places]
    for at, box in enumerate(boxes):
        assert min(box) >= 0
        assert box[2] <= width
        assert box[3] <= height
        assert not any(meet(box, other) for other in [*boxes[:at], *circles])


def test_the_first_choose_first_and_a_lonely_one_stands_to_the_right():
    assert dot_labels.choose_label_sides([("alone", 0.5, 0.5, 5)], 800, 400) == ["start"]
    assert dot_labels.choose_label_sides([("edge", 0.999, 0.5, 5)], 800, 400) == ["end"]
    crowd = [(f"project {place}", 0.5 + place / 500, 0.5, 5) for place in range(12)]
    found = dot_labels.choose_label_sides(crowd, 300, 400)
    assert found[0] is not None
    assert found.count(None) >= 6


def test_a_phone_has_room_for_fewer_names():
    dots = [(f"a-long-name-{place}", place / 60, (place * 7 % 60) / 60, 5.0) for place in range(60)]
    for found in (network.network_label_sides(dots), scatter.scatter_label_sides(dots)):
        assert sum(one["narrow"] is not None for one in found) < sum(one["side"] is not None for one in found)
