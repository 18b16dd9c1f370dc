"""The two encoders that must keep the same promises, and sentences in many languages."""

import importlib.util
from pathlib import Path

import pytest

from models import Encoder, load_encoder
from models.export import export_sentence_transformers


@pytest.fixture(scope="session")
def exported_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundled weights as a Sentence Transformers folder."""
    if importlib.util.find_spec("sentence_transformers") is None:
        pytest.skip("sentence-transformers is not installed")
    return export_sentence_transformers(tmp_path_factory.mktemp("exported") / "e5-small")


@pytest.fixture(scope="session")
def hub_encoder(exported_model: Path, model_cache: Path) -> Encoder:
    """Return the same weights, run by sentence-transformers."""
    return load_encoder(str(exported_model), model_cache)


@pytest.fixture(params=["encoder", "hub_encoder"])
def any_encoder(request: pytest.FixtureRequest) -> Encoder:
    """Return each encoder in turn."""
    found: Encoder = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """Return forty sentences in more than a dozen languages, short and long."""
    return [line for line in SENTENCES.splitlines() if line]


SENTENCES = """
参数服务器把模型的参数分到许多台机器上，工作节点只取自己要用的那一部分。
參數伺服器把模型的參數分到許多台機器上，工作節點只取自己要用的那一部分。
推荐系统先召回几千个候选，再用排序模型选出最前面的几十个。
自动驾驶需要厘米级的高精地图。
如何减少过拟合？
学习率太大，损失就会发散。
今天的天气很好，我们去公园散步吧。
量子计算机用叠加态同时表示许多数值，但测量只能得到其中一个结果。
注意力机制为序列中的每个位置算出一组权重，再对所有位置的值加权求和。
请在报销单上写明出差的日期、地点和事由，并附上全部发票原件。
红烧肉要先焯水，再用小火慢炖一个小时。
数据库的事务要么全部完成，要么全部取消。
银行下调了五年期贷款利率。
唐代的诗人常常在送别朋友的时候写诗。
小猫在窗台上睡着了。
分布式训练里，梯度的通信常常比计算更慢，所以要压缩梯度或者让通信与计算重叠。
A parameter server splits a model's weights over many machines.
How can overfitting be reduced?
The learning rate was too high and the loss diverged.
Recommender systems retrieve thousands of candidates before a ranking model picks the best few.
Self-driving cars need maps that are accurate to a few centimetres.
A transaction in a database is completed as a whole or not at all.
The bank lowered its five-year lending rate.
Simmer the pork over a low flame for one hour.
Attention computes one weight for every position of a sequence and sums the values accordingly.
Convolutional networks share their filters over all positions of an image, which is why they
need far fewer parameters than a network whose layers are fully connected.
The cat fell asleep on the window sill.
Quantum computers
Please attach all original receipts to the claim form, with date, place and purpose of the journey.
Der Lernschritt war zu groß, und der Fehler wuchs ins Unendliche.
Comment éviter le surapprentissage d'un réseau de neurones ?
La base de datos confirma la transacción completa o no confirma nada.
A transação do banco de dados é atômica.
Нейронная сеть переобучилась, потому что данных было слишком мало.
الشبكات العصبية تحتاج إلى بيانات كثيرة لكي تتعلم.
โครงข่ายประสาทเทียมต้องการข้อมูลจำนวนมาก
ニューラルネットワークは大量のデータを必要とする。
신경망을 학습시키려면 많은 데이터가 필요하다.
Mạng nơ-ron cần rất nhiều dữ liệu để học.
तंत्रिका नेटवर्क को सीखने के लिए बहुत डेटा चाहिए।
"""
