"""Pairs with sums, scales, dates, units, titles and names, which decoders get wrong."""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator
from decimal import Decimal

from everyday_pairs import Pair

from nlptool.translation.quantity_zh import in_chinese

SCALES = {"million": 10**6, "billion": 10**9, "trillion": 10**12}
COINS = {"$": "美元", "€": "欧元", "£": "英镑", "¥": "日元", "US$": "美元"}
WORDS_OF_COINS = {"dollars": "美元", "euros": "欧元", "pounds": "英镑", "yuan": "元", "yen": "日元"}
UNITS = {
    "kilograms": "公斤",
    "kg": "公斤",
    "tonnes": "吨",
    "pounds": "磅",
    "litres": "升",
}
AREAS = {
    "square kilometres": "平方公里",
    "square miles": "平方英里",
    "acres": "英亩",
    "hectares": "公顷",
}
LENGTHS = {"kilometres": "公里", "km": "公里", "miles": "英里", "metres": "米", "feet": "英尺"}
COUNTED = {
    "people": "人",
    "users": "名用户",
    "residents": "名居民",
    "copies": "份",
    "homes": "户家庭",
    "visitors": "名游客",
    "cases": "例病例",
    "soldiers": "名士兵",
    "jobs": "个工作岗位",
    "cars": "辆汽车",
    "trees": "棵树",
    "years": "年",
    "students": "名学生",
    "species": "个物种",
}
NAMES = {
    "Tom": "汤姆",
    "Mary": "玛丽",
    "John Smith": "约翰·史密斯",
    "Anna": "安娜",
    "David Brown": "大卫·布朗",
    "Smith": "史密斯",
    "Johnson": "约翰逊",
    "Maria Garcia": "玛丽亚·加西亚",
    "Michael Turner": "迈克尔·特纳",
    "Peter Jones": "彼得·琼斯",
    "Laura Wilson": "劳拉·威尔逊",
    "Elena Petrova": "叶连娜·彼得罗娃",
    "Robert Miller": "罗伯特·米勒",
    "Hans Weber": "汉斯·韦伯",
    "Sarah Cohen": "萨拉·科恩",
    "Edward Clark": "爱德华·克拉克",
}
TITLES = {
    "Prime Minister": "总理",
    "President": "总统",
    "Foreign Minister": "外交部长",
    "Finance Minister": "财政部长",
    "Defence Secretary": "国防部长",
    "Vice President": "副总统",
    "Senator": "参议员",
    "Governor": "州长",
    "Mayor": "市长",
    "Squadron Leader": "空军少校",
    "Flight Lieutenant": "空军上尉",
    "Lieutenant Colonel": "中校",
    "Lieutenant": "中尉",
    "Captain": "船长",
    "Major General": "少将",
    "General": "将军",
    "Admiral": "海军上将",
    "Sergeant": "中士",
    "Professor": "教授",
    "Dr.": "医生",
    "Judge": "法官",
    "Ambassador": "大使",
    "Archbishop": "大主教",
    "Queen": "女王",
    "Prince": "王子",
    "Chief Inspector": "总督察",
    "Lead researcher": "首席研究员",
    "Chief executive": "首席执行官",
    "Co-author": "合著者",
    "Head coach": "主教练",
    "Spokeswoman": "女发言人",
    "Spokesman": "发言人",
    "Chairman": "主席",
    "Editor-in-chief": "主编",
    "Project manager": "项目经理",
    "Lawyer": "律师",
    "Sheriff": "警长",
}
MONEY = (
    ("The company raised {a} from investors in {y}.", "该公司于{y}年从投资者那里筹集了{a}。"),
    ("The project will cost about {a}.", "该项目将耗资约{a}。"),
    ("Sales rose to {a} last year.", "去年销售额增至{a}。"),
    ("He was ordered to pay {a} in damages.", "他被判支付{a}的赔偿金。"),
    ("The house was sold for {a}.", "这栋房子以{a}的价格售出。"),
    (
        "The government announced a {a} package for small businesses.",
        "政府宣布了一项针对小企业的{a}一揽子计划。",
    ),
    (
        "The museum bought the painting for {a} at an auction.",
        "该博物馆在拍卖会上以{a}买下了这幅画。",
    ),
    ("The bank lost {a} in the first quarter.", "该银行第一季度亏损{a}。"),
    ("{a} was stolen from the fund.", "该基金有{a}被盗。"),
    ("The bridge, which cost {a}, was opened on {d}.", "这座耗资{a}的大桥于{d}通车。"),
)
COUNTS = (
    ("The city has about {n} {c}.", "这座城市约有{n}{c}。"),
    ("More than {n} {c} were affected by the storm.", "超过{n}{c}受到风暴影响。"),
    ("In {y}, there were {n} {c}.", "{y}年有{n}{c}。"),
    ("An estimated {n} {c} have been lost since {y}.", "自{y}年以来，估计已失去{n}{c}。"),
    ("The number rose by {p} to {n} {c}.", "这一数字上升了{p}，达到{n}{c}。"),
)
MEASURES = (
    ("The island covers an area of {r} and lies {k} off the coast.", "该岛面积为{r}，距海岸{k}。"),
    ("It weighs {q} and is {k} long.", "它重{q}，长{k}。"),
    ("The factory produces {q} a year.", "该工厂每年生产{q}。"),
    ("The fire has burned {r} since {d}.", "自{d}以来，大火已烧毁{r}。"),
    ("They walked {k} in {t}.", "他们在{t}内走了{k}。"),
)
DATES = (
    ("The trial begins on {d} at {h}.", "审判将于{d}{h}开始。"),
    ("The ship sank on {d}.", "这艘船于{d}沉没。"),
    ("He was born on {d} in a small town.", "他于{d}出生在一个小镇。"),
    ("On {d}, unemployment stood at {p}.", "{d}，失业率为{p}。"),
    ("By the early {s}, prices had fallen by {p}.", "到{z}初，价格已下跌{p}。"),
    ("It was built in the late {s} and rebuilt in {y}.", "它建于{z}末，并于{y}年重建。"),
    ("The temperature rose to {f} on {d}.", "{d}气温升至{g}。"),
)
SAID = (
    ('{T} {N} said: "We are very pleased with the result."', "{T}{N}说：“我们对结果非常满意。”"),
    ("{T} {N} said on Monday that the plan would be delayed.", "{T}{N}周一表示，该计划将被推迟。"),
    ("According to {T} {N}, nobody was injured.", "据{T}{N}称，没有人受伤。"),
    ("The talks were led by {T} {N}.", "会谈由{T}{N}主持。"),
    ("{T} {N} denied the claims.", "{T}{N}否认了这些说法。"),
    ("{T} {N}, who was {e} years old, died on {d}.", "{T}{N}于{d}去世，享年{e}岁。"),
)


def figures(dice: random.Random, count: int) -> Iterator[Pair]:
    """So many pairs, of each kind a like number."""
    kinds = (MONEY, COUNTS, MEASURES, DATES, SAID)
    for number in range(count):
        text, translation = dice.choice(kinds[number % len(kinds)])
        slots = _slots(dice)
        yield (
            text.format_map({name: pair[0] for name, pair in slots.items()}),
            translation.format_map({name: pair[1] for name, pair in slots.items()}),
        )


def _slots(dice: random.Random) -> dict[str, Pair]:
    year = str(dice.randint(1850, 2026))
    percent = f"{dice.choice((dice.randint(1, 95), dice.randint(11, 500) / 10))}"
    counted = dice.choice([*COUNTED])
    title, (name, named) = dice.choice([*TITLES]), dice.choice([*NAMES.items()])
    degrees = dice.randint(-20, 45)
    decade = dice.choice(range(1850, 2000, 10))
    age, hours = str(dice.randint(31, 99)), dice.randint(2, 20)
    return {
        "a": _money(dice),
        "n": _number(dice),
        "c": (counted, COUNTED[counted]),
        "y": (year, year),
        "p": (f"{percent}{dice.choice(('%', ' percent', ' per cent'))}", f"{percent}%"),
        "q": _measure(dice, UNITS),
        "r": _measure(dice, AREAS),
        "k": _measure(dice, LENGTHS),
        "d": _date(dice),
        "h": _hour(dice),
        "t": (f"{hours} hours", f"{hours}小时"),
        "f": (f"{degrees}{dice.choice(('°C', ' degrees Celsius'))}",) * 2,
        "g": (f"{degrees}摄氏度",) * 2,
        "s": (f"{decade}s",) * 2,
        "z": (f"{decade // 100 + 1}世纪{decade % 100}年代",) * 2,
        "T": (title, TITLES[title]),
        "N": (name, named),
        "e": (age, age),
    }


def _value(dice: random.Random, scales: str = "million billion") -> tuple[str, Decimal]:
    """A number as English has it: 1.5 million, 250,000."""
    if dice.random() < 0.65:
        scale = dice.choice(scales.split())
        places = dice.choice((0, 0, 1, 1, 2))
        share = Decimal(dice.randint(1, 999)).scaleb(-places)
        return f"{share.normalize():f} {scale}", share * SCALES[scale]
    value = Decimal(dice.randint(1, 999) * 10 ** dice.randint(1, 4))
    return f"{value:,f}", value


def _number(dice: random.Random) -> Pair:
    text, value = _value(dice)
    return text, in_chinese(value)


def _money(dice: random.Random) -> Pair:
    text, value = _value(dice, "million million billion billion trillion")
    if dice.random() < 0.7:
        coin = dice.choice([*COINS])
        return coin + text, in_chinese(value) + COINS[coin]
    coin = dice.choice([*WORDS_OF_COINS])
    return f"{text} {coin}", in_chinese(value) + WORDS_OF_COINS[coin]


def _measure(dice: random.Random, units: dict[str, str]) -> Pair:
    text, translation = str(dice.randint(2, 950)), ""
    if dice.random() < 0.4 and units is not LENGTHS:
        text, translation = _number(dice)
    unit = dice.choice([*units])
    return f"{text} {unit}", f"{translation or text}{units[unit]}"


def _date(dice: random.Random) -> Pair:
    year, month = dice.randint(1850, 2026), dice.randint(1, 12)
    day = dice.randint(1, calendar.monthrange(year, month)[1])
    name = calendar.month_name[month]
    text = dice.choice((f"{day} {name} {year}", f"{name} {day}, {year}", f"{name} {day}"))
    return text, f"{year}年{month}月{day}日" if str(year) in text else f"{month}月{day}日"


def _hour(dice: random.Random) -> Pair:
    hour, minute = dice.randint(1, 11), dice.choice((0, 0, 15, 30, 45))
    half, when = dice.choice((("am", "上午"), ("a.m.", "上午"), ("pm", "下午"), ("p.m.", "下午")))
    if half[0] == "p" and hour >= 6:
        when = "晚上"
    return (
        f"{hour}:{minute:02} {half}" if minute else f"{hour} {half}",
        f"{when}{hour}点{minute}分" if minute else f"{when}{hour}点",
    )
