"""Chapter 05, minBERT: its exercises and what goes wrong in them."""

from __future__ import annotations

from mtslib.learn.exercise import Exercise, Mistake, Style
from mtslib.learn.exercises import ch05_spec as spec
from mtslib.learn.exercises.ch05_count import COUNT
from mtslib.learn.exercises.ch05_pooling import MEAN, POOLER

NAMES = Exercise(
    id="05.1",
    title="two names for every tensor",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch05_by_hand:minbert_name",
    specification=spec.looked_up_name,
    observe=spec.observe_names,
    hints=(
        "Print your name beside theirs for every name in the file. Which is the first that you "
        "do not find among model.state_dict()?",
        "Most changes are a piece of text that becomes another. Mind the order: "
        "attention.output.dense ends like output.dense, and the two go to different places.",
        "replace, one after the other:\n  what is special to attention, its output first\n"
        "  then what is left: intermediate, output, LayerNorm\n  the names of the tables\n"
        "  encoder.layer. becomes layers.",
    ),
    mistakes=(
        Mistake(
            "attention-output-taken-for-feed-forward",
            "attention's output was renamed as if it were the feed-forward's.",
            "the order of your replacements: attention.output.dense before output.dense.",
            (
                (
                    '("attention.output.dense", "attention.output")',
                    '("output.dense", "feed_forward.output")',
                ),
            ),
        ),
        Mistake(
            "norms-swapped",
            "the two norms of a layer changed places; their shapes are equal, so loading them "
            "would not complain.",
            "the two LayerNorm rules: the one under attention.output is attention_norm.",
            (
                (
                    '"attention.output.LayerNorm", "attention_norm"',
                    '"attention.output.LayerNorm", "feed_forward_norm"',
                ),
                (
                    '("output.LayerNorm", "feed_forward_norm"',
                    '("output.LayerNorm", "attention_norm"',
                ),
            ),
        ),
        Mistake(
            "norm-of-the-embeddings-forgotten",
            "the norm of the embeddings kept its old name.",
            "embeddings.LayerNorm: here it is called norm.",
            (('        ("embeddings.LayerNorm", "embeddings.norm"),\n', ""),),
        ),
        Mistake(
            "self-left-in",
            "the step called self is still in the names of query, key and value.",
            "attention.self.: our attention has no such step.",
            (('        ("attention.self.", "attention."),\n', ""),),
        ),
        Mistake(
            "embeddings-left-in",
            "the three tables are still called word_embeddings, and so on.",
            "the tables: here they are word, position and token_type.",
            (('        ("_embeddings.", "."),\n', ""),),
        ),
        Mistake(
            "pooler-renamed-too",
            "dense went from the pooler's names as well; the pooler's keep it.",
            "the rule for dense: it belongs to the encoder layers only.",
            (("    return ours", '    return ours.replace("pooler.dense", "pooler")'),),
        ),
        Mistake(
            "key-and-value-swapped",
            "key and value changed places; their shapes are equal, so loading them would not "
            "complain.",
            "the rules for query, key and value: these words stay.",
            (
                (
                    "    return ours",
                    '    return (ours.replace(".key.", ".?.").replace(".value.", ".key.")'
                    '.replace(".?.", ".value."))',
                ),
            ),
        ),
        Mistake(
            "layers-in-reverse",
            "the layers were numbered from the top.",
            "the layer's number: it stays as it is.",
            (
                (
                    "    return ours",
                    '    return ".".join(str(5 - int(s)) if s.isdigit() else s '
                    'for s in ours.split("."))',
                ),
            ),
        ),
    ),
    styles=(
        Style(
            "regular expressions",
            r"""
            import re

            def minbert_name(theirs):
                name = re.sub(r"^embeddings\.LayerNorm", "embeddings.norm", theirs)
                name = re.sub(r"^embeddings\.(\w+)_embeddings", r"embeddings.\1", name)
                name = re.sub(r"^encoder\.layer\.(\d+)\.", r"layers.\1.", name)
                name = re.sub(r"attention\.self\.", "attention.", name)
                name = re.sub(r"attention\.output\.LayerNorm", "attention_norm", name)
                name = re.sub(r"attention\.output\.dense", "attention.output", name)
                name = re.sub(r"(\d)\.output\.LayerNorm", r"\1.feed_forward_norm", name)
                name = re.sub(r"(\d)\.output\.dense", r"\1.feed_forward.output", name)
                return re.sub(r"intermediate\.dense", "feed_forward.intermediate", name)
            """,
        ),
        Style(
            "branches on the steps",
            """
            def minbert_name(theirs):
                steps = theirs.split(".")
                if steps[0] == "pooler":
                    return theirs
                if steps[0] == "embeddings":
                    table = steps[1].removesuffix("_embeddings").replace("LayerNorm", "norm")
                    return f"embeddings.{table}.{steps[2]}"
                number, rest, last = steps[2], steps[3:-1], steps[-1]
                if rest[0] == "attention" and rest[1] == "self":
                    place = "attention." + rest[2]
                elif rest[0] == "attention":
                    place = "attention.output" if rest[2] == "dense" else "attention_norm"
                elif rest[0] == "intermediate":
                    place = "feed_forward.intermediate"
                else:
                    place = "feed_forward.output" if rest[1] == "dense" else "feed_forward_norm"
                return f"layers.{number}.{place}.{last}"
            """,
        ),
    ),
)

STATES = Exercise(
    id="05.2",
    title="every hidden state",
    minutes=12,
    difficulty="steady",
    core=True,
    reference="mtslib.learn.exercises.ch05_by_hand:all_hidden_states",
    specification=spec.nth_states,
    observe=spec.observe_states,
    hints=(
        "How many tensors do you return? A model of L layers has L + 1 hidden states.",
        "Each layer reads what the one before it wrote. The embeddings are number 0. Every layer "
        "needs the mask as a bias, and the bias is made once.",
        "bias = mask_bias(attention_mask)\nstates = [embeddings of ids and token types]\n"
        "for each layer:\n    append layer(the last of states, bias)\nreturn states",
    ),
    mistakes=(
        Mistake(
            "embeddings-left-out",
            "the embeddings are missing; they are hidden_states[0].",
            "where your list begins.",
            (("return tuple(hidden_states)", "return tuple(hidden_states[1:])"),),
        ),
        Mistake(
            "last-layer-left-out",
            "the output of the last layer is missing.",
            "where your loop ends, or when it appends.",
            (("in model.layers", "in model.layers[:-1]"),),
        ),
        Mistake(
            "every-layer-reads-the-embeddings",
            "every layer was given the embeddings, so the layers stand side by side.",
            "what a layer is given: the last state so far.",
            (("hidden_states[-1]", "hidden_states[0]"),),
        ),
        Mistake(
            "one-layer-again-and-again",
            "the first layer ran every time.",
            "the loop's variable: each layer has weights of its own.",
            (("append(layer(", "append(model.layers[0]("),),
        ),
        Mistake(
            "layers-in-reverse",
            "the layers ran from the top down.",
            "the order of the loop.",
            (("in model.layers", "in reversed(model.layers)"),),
        ),
        Mistake(
            "last-state-everywhere",
            "every state is the last one; a variable was filled anew and collected at the end.",
            "when you append: inside the loop, once a layer.",
            (
                (
                    "return tuple(hidden_states)",
                    "return tuple(hidden_states[-1] for _ in hidden_states)",
                ),
            ),
        ),
        Mistake(
            "mask-not-made-a-bias",
            "the mask's ones and zeros were added to the scores as they are.",
            "what a layer is given beside the state: mask_bias turns the mask into a bias.",
            (("mask_bias(attention_mask)", "attention_mask[:, None, None, :].float()"),),
        ),
        Mistake(
            "mask-ignored",
            "the layers looked at padding.",
            "the bias: it comes from attention_mask.",
            (("mask_bias(attention_mask)", "mask_bias(input_ids * 0 + 1)"),),
        ),
        Mistake(
            "token-types-ignored",
            "the embeddings were given token type 0 everywhere.",
            "the second argument of the embeddings.",
            (("(input_ids, token_type_ids)", "(input_ids, input_ids * 0)"),),
        ),
        Mistake(
            "mask-and-token-types-swapped",
            "the mask and the token types changed places.",
            "the order of the arguments: Hugging Face's tokenizers put token types second, this "
            "project puts them third.",
            (
                ("mask_bias(attention_mask)", "mask_bias(token_type_ids)"),
                ("(input_ids, token_type_ids)", "(input_ids, attention_mask)"),
            ),
        ),
    ),
    styles=(
        Style(
            "one variable that moves on",
            """
            def all_hidden_states(model, input_ids, attention_mask, token_type_ids):
                x, bias = model.embeddings(input_ids, token_type_ids), mask_bias(attention_mask)
                states = [x]
                for number in range(len(model.layers)):
                    x = model.layers[number](x, bias)
                    states += [x]
                return states
            """,
        ),
        Style(
            "accumulate, its own bias",
            """
            def all_hidden_states(model, input_ids, attention_mask, token_type_ids):
                from itertools import accumulate

                bias = (1.0 - attention_mask.float())[:, None, None] * -1e9
                start = model.embeddings(input_ids, token_type_ids)
                return tuple(
                    accumulate(model.layers, lambda x, layer: layer(x, bias), initial=start)
                )
            """,
        ),
        Style(
            "the model itself",
            """
            def all_hidden_states(model, input_ids, attention_mask, token_type_ids):
                return model(input_ids, attention_mask, token_type_ids).hidden_states
            """,
        ),
    ),
)

EXERCISES = (NAMES, STATES, COUNT, POOLER, MEAN)
