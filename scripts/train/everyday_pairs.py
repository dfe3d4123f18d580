"""Pairs that corpora lack: greetings, and sentences with times, dates, prices and names."""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator

Pair = tuple[str, str]

GREETINGS = {
    "Hello": "你好",
    "Hi": "嗨",
    "Good morning": "早上好",
    "Good afternoon": "下午好",
    "Good evening": "晚上好",
    "Good night": "晚安",
    "Goodbye": "再见",
    "Bye": "再见",
    "See you tomorrow": "明天见",
    "See you later": "回头见",
    "Thank you": "谢谢你",
    "Thanks": "谢谢",
    "Thank you very much": "非常感谢",
    "You are welcome": "不客气",
    "Sorry": "对不起",
    "I am sorry": "对不起",
    "Excuse me": "打扰一下",
    "Please": "请",
    "Yes": "是",
    "No": "不",
    "OK": "好的",
    "Welcome": "欢迎",
    "Congratulations": "恭喜",
    "Happy birthday": "生日快乐",
    "Happy New Year": "新年快乐",
    "Cheers": "干杯",
    "Help": "救命",
    "Water": "水",
    "Bread": "面包",
    "Monday": "星期一",
    "Tuesday": "星期二",
    "Wednesday": "星期三",
    "Thursday": "星期四",
    "Friday": "星期五",
    "Saturday": "星期六",
    "Sunday": "星期日",
    "Today": "今天",
    "Tomorrow": "明天",
    "Yesterday": "昨天",
    "Dear Sir or Madam": "尊敬的先生或女士",
    "Access denied": "拒绝访问",
    "How are you?": "你好吗？",
}
DAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
NAMES = {
    "Tom": "汤姆",
    "Mary": "玛丽",
    "John": "约翰",
    "Anna": "安娜",
    "David": "大卫",
    "Mr. Smith": "史密斯先生",
    "Ms. Brown": "布朗女士",
    "Dr. Lee": "李医生",
    "Paris": "巴黎",
    "London": "伦敦",
    "Beijing": "北京",
    "Berlin": "柏林",
    "New York": "纽约",
    "Tokyo": "东京",
}
THINGS = {
    "meeting": "会议",
    "appointment": "预约",
    "lesson": "课",
    "flight": "航班",
    "interview": "面试",
    "party": "聚会",
    "concert": "音乐会",
    "delivery": "送货",
    "call": "通话",
    "exam": "考试",
}
GOODS = {
    "item": "商品",
    "coat": "外套",
    "book": "书",
    "phone": "手机",
    "bag": "包",
    "parcel": "包裹",
    "order": "订单",
    "lamp": "灯",
    "chair": "椅子",
    "ticket": "票",
}
KIND = {
    "quick": "迅速",
    "prompt": "及时",
    "kind": "亲切",
    "detailed": "详细",
    "friendly": "友好",
    "helpful": "有用",
}
REPLY = {"reply": "回复", "answer": "回答", "message": "留言", "letter": "来信", "help": "帮助"}
FILES = {
    "file": "文件",
    "disk": "磁盘",
    "folder": "文件夹",
    "invoice": "发票",
    "report": "报告",
    "document": "文档",
    "page": "页面",
    "password": "密码",
}
DOING = {
    "open": "打开",
    "delete": "删除",
    "read": "读取",
    "save": "保存",
    "copy": "复制",
    "change": "更改",
    "enter": "输入",
}
MARKETS = {
    "Stock markets": "股市",
    "Oil prices": "油价",
    "Prices": "价格",
    "House prices": "房价",
    "Sales": "销售额",
    "Taxes": "税收",
}
SENTENCES = """
The {thing} is at {time}.|{thing}在{time}。
The {thing} is on {date}.|{thing}在{date}。
The {thing} has been moved to {date}.|{thing}已改到{date}。
The {thing} was moved from {time} to {time2}.|{thing}从{time}改到了{time2}。
The {thing} is postponed from {date} to {date2}.|{thing}从{date}推迟到{date2}。
The {thing} starts at {time} on {date}.|{thing}在{date}{time}开始。
The {thing} on {date} is cancelled.|{date}的{thing}取消了。
The {thing} is not on {date} but on {date2}.|{thing}不在{date}，而在{date2}。
Our {thing} has changed from {date} to {date2}.|我们的{thing}从{date}改到了{date2}。
I will be there at {time}.|我{time}会到那里。
The train leaves at {time}.|火车{time}开。
We are open from {time} to {time2}.|我们的营业时间是{time}到{time2}。
See you on {date}!|{date}见！
Please reply by {date}.|请在{date}之前回复。
I will not be in the office on {date}.|{date}我不在办公室。
It costs {price}.|这个要{price}。
I paid {price} for {few} tickets.|我花{price}买了{few}张票。
The total is {price}, not {price2}.|总价是{price}，不是{price2}。
My order number is {code}.|我的订单号是{code}。
I have not received order {code}.|我没有收到订单{code}。
Invoice {code} is due on {date}.|发票{code}于{date}到期。
Please call me at {phone}.|请拨打{phone}给我打电话。
Error {few}: file not found.|错误{few}：找不到文件。
There were {many} people.|有{many}个人。
It is {few} km from {name} to {name2}.|从{name}到{name2}有{few}公里。
{name} is not {name2}.|{name}不是{name2}。
The temperature is {few} degrees.|气温是{few}度。
Sales rose by {few}% in {year}.|{year}年销售额增长了{few}%。
It was built in {year}.|它建于{year}年。
{few} of {many} files were copied.|{many}个文件中有{few}个已复制。
The {thing} is moved from {time} to {date}.|{thing}从{time}改到{date}。
The {thing} will be on {date} instead of {date2}.|{thing}将在{date}举行，而不是{date2}。
They sent me the wrong {goods}.|他们给我寄错了{goods}。
I ordered a {goods} but received a {goods2}.|我订购了{goods}，但收到的是{goods2}。
The {goods} has not arrived yet.|{goods}还没有到。
The {goods} is broken.|{goods}坏了。
Your {goods} has been shipped.|您的{goods}已经发货。
The {goods} costs {price}.|{goods}的价格是{price}。
The room costs {price} per night.|房间每晚{price}。
Thank you very much for your {kind} {reply}.|非常感谢您{kind}的{reply}。
Thank you for your {reply}.|感谢您的{reply}。
Please find the {file} attached.|请查收附件中的{file}。
You do not have permission to {do} this {file}.|您没有{do}此{file}的权限。
Could not {do} the {file}.|无法{do}{file}。
The {file} is full.|{file}已满。
The {file} is empty.|{file}是空的。
Please {do} the {file} again.|请再次{do}{file}。
{market} fall sharply.|{market}大幅下跌。
{market} rise sharply.|{market}大幅上涨。
{market} rise by {few}%.|{market}上涨{few}%。
{market} have fallen by {few}%.|{market}下跌了{few}%。
The price has increased by {few}%.|价格上涨了{few}%。
About {few}% of the people voted.|大约{few}%的人投了票。
My telephone number is {phone}.|我的电话号码是{phone}。
Flight {many} leaves at {time}.|{many}号航班{time}起飞。
The train from {name} arrives at {time}.|从{name}来的火车{time}到达。
He is {height} metres tall.|他身高{height}米。
I bought {few} {goods}s.|我买了{few}个{goods}。
{name} was born in {year} in {name2}.|{name}于{year}年出生在{name2}。
Payment is due in {few} days.|请在{few}天内付款。
Version {version} was released on {date}.|版本{version}于{date}发布。
Chapter {few} begins on page {many}.|第{few}章从第{many}页开始。
"""


def greetings() -> Iterator[Pair]:
    """Each as it is, and as a sentence."""
    for text, translation in GREETINGS.items():
        yield text, translation
        if text[-1] == "?":
            continue
        yield text + ".", translation + "。"
        yield text + "!", translation + "！"


def filled(dice: random.Random, count: int) -> Iterator[Pair]:
    """``count`` sentences, each with values drawn by ``dice``."""
    shapes = [line.split("|") for line in SENTENCES.strip().splitlines()]
    for _ in range(count):
        text, translation = dice.choice(shapes)
        values = {name: value(dice) for name, value in VALUES.items()}
        values |= {name + "2": value(dice) for name, value in VALUES.items()}
        yield (
            text.format_map({name: pair[0] for name, pair in values.items()}),
            translation.format_map({name: pair[1] for name, pair in values.items()}),
        )


def _time(dice: random.Random) -> Pair:
    hour, minute = dice.randint(1, 12), dice.choice((0, 0, 5, 10, 15, 20, 30, 30, 40, 45, 50))
    clock = f"{hour}:{minute:02}"
    half, side = dice.choice((("am", "上午"), ("pm", "下午")))
    if minute == 0 and dice.random() < 0.5:
        return f"{hour} {half}", f"{side}{hour}点"
    return dice.choice((f"{clock} {half}", f"{clock}{half}")), f"{side}{clock}"


def _date(dice: random.Random) -> Pair:
    month, day, weekday = dice.randint(1, 12), dice.randint(1, 28), dice.randrange(7)
    name, short = calendar.month_name[month], f"{month}月{day}日"
    year = dice.randint(1990, 2035)
    return dice.choice(
        (
            (f"{day} {name}", short),
            (f"{name} {day}", short),
            (calendar.day_name[weekday], DAYS[weekday]),
            (f"{calendar.day_name[weekday]}, {day} {name}", f"{short}{DAYS[weekday]}"),
            (f"{calendar.day_name[weekday]}, {name} {day}", f"{short}{DAYS[weekday]}"),
            (f"{name} {day}, {year}", f"{year}年{short}"),
            (f"{day} {name} {year}", f"{year}年{short}"),
        )
    )


def _price(dice: random.Random) -> Pair:
    amount = dice.choice(
        (f"{dice.randint(1, 999)}", f"{dice.randint(1, 99)}.{dice.randint(10, 99)}")
    )
    return dice.choice(
        (
            (f"${amount}", f"{amount}美元"),
            (f"{amount} dollars", f"{amount}美元"),
            (f"€{amount}", f"{amount}欧元"),
            (f"{amount} euros", f"{amount}欧元"),
            (f"{amount} yuan", f"{amount}元"),
        )
    )


def _code(dice: random.Random) -> Pair:
    letters = "".join(dice.choices("ABCDEFGHKLMNPRSTXZ", k=dice.randint(0, 3)))
    code = f"{letters}{dice.choice(('', '-'))}{dice.randint(100, 999999)}".lstrip("-")
    return code, code


def _same(text: str) -> Pair:
    return text, text


VALUES = {
    "thing": lambda dice: dice.choice(list(THINGS.items())),
    "goods": lambda dice: dice.choice(list(GOODS.items())),
    "kind": lambda dice: dice.choice(list(KIND.items())),
    "reply": lambda dice: dice.choice(list(REPLY.items())),
    "file": lambda dice: dice.choice(list(FILES.items())),
    "do": lambda dice: dice.choice(list(DOING.items())),
    "market": lambda dice: dice.choice(list(MARKETS.items())),
    "height": lambda dice: _same(f"{dice.randint(1, 2)}.{dice.randint(10, 99)}"),
    "name": lambda dice: dice.choice(list(NAMES.items())),
    "time": _time,
    "date": _date,
    "price": _price,
    "code": _code,
    "few": lambda dice: _same(str(dice.randint(2, 99))),
    "many": lambda dice: _same(dice.choice(("{}", "{:,}")).format(dice.randint(100, 99999))),
    "year": lambda dice: _same(str(dice.randint(1800, 2030))),
    "phone": lambda dice: _same(f"{dice.randint(100, 999)}-{dice.randint(1000, 9999)}"),
    "version": lambda dice: _same(
        f"{dice.randint(0, 20)}.{dice.randint(0, 30)}.{dice.randint(0, 9)}"
    ),
}
