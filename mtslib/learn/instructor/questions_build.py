"""Questions on part I, build: chapters 00b to 06."""

from __future__ import annotations

from mtslib.learn.instructor.question import Questions, some

BUILD: dict[str, Questions] = {
    "00b": Questions(
        discussion=some(
            (
                "Broadcasting saves a loop. When does it hide a bug that a loop would have shown?",
                "Shapes (B, 1) and (B,) that give (B, B) without a word; naming axes, asserting "
                "the shape of a result.",
            ),
            (
                "Why does PyTorch offer both view and reshape, when reshape does all that view "
                "does?",
                "view promises no copy and refuses otherwise; a refusal can be the better answer.",
            ),
            (
                "What would be lost if a module's tensors were plain attributes and not "
                "parameters?",
                "state_dict, to(device), the optimizer's list; nothing in the forward pass.",
            ),
            (
                "Gradients add up until somebody clears them. Is that a trap or a feature?",
                "Both: forgotten zero_grad against accumulation over small batches.",
            ),
        ),
        oral=some(
            (
                "x has shape (2, 3, 4). What do view(2, 4, 3) and transpose(1, 2) share, and "
                "what not?",
                "The shape of the result, and the memory. view reads the numbers in the same order "
                "with other borders; transpose exchanges the axes.",
            ),
            (
                "Add shapes (5, 1, 4) and (3, 1). What comes out, and how do you know?",
                "(5, 3, 4): aligned from the right, a 1 stretches.",
            ),
            (
                "Which line of a training step fills .grad, and which one reads it?",
                "backward fills it, step reads it, zero_grad empties it.",
            ),
            (
                "A saved state_dict does not load: one key is missing. Name two causes.",
                "The attribute was renamed; the module was built with other sizes or fewer "
                "layers; a layer stands in a plain list.",
            ),
        ),
    ),
    "01": Questions(
        discussion=some(
            (
                "Longest match first is greedy. Find a word that a human would cut otherwise.",
                "Pieces need not be morphemes; the model never sees the letters inside a piece.",
            ),
            (
                "What does a model lose when a rare name becomes one [UNK], and what when it "
                "becomes six pieces?",
                "All of it against a longer input and pieces with meanings of their own.",
            ),
            (
                "Batches of like length waste less. What do they do to the randomness of training?",
                "Batches are no longer drawn freely; hence pools that are shuffled first.",
            ),
            (
                "Could one do without an attention mask by never padding?",
                "Batches of one length, or packed inputs with a mask between sentences; either "
                "has its price.",
            ),
        ),
        oral=some(
            (
                "A batch has rows of 5, 9 and 10 tokens. Which share of it is padding?",
                "Padded to 10: 30 places, 24 real, 6 of 30 = one fifth.",
            ),
            (
                "Two sentences as one input: write the tokens and the token types.",
                "[CLS] A [SEP] B [SEP]; 0 up to the first [SEP] included, then 1.",
            ),
            (
                "Why is the word a whole [UNK] when only its last part is unknown?",
                "WordPiece gives a word up entirely; parts before it are not kept.",
            ),
            (
                "Where does the attention mask enter the model, and where does it not?",
                "In the scores of every layer; not in embeddings, feed-forward or norms, so "
                "padded positions hold numbers too.",
            ),
        ),
    ),
    "02": Questions(
        discussion=some(
            (
                "Three tables are summed into one vector. Why does the sum not lose which part "
                "came from where?",
                "In many dimensions directions can be nearly independent; training arranges them.",
            ),
            (
                "Positions are learned and end at 512. What are the alternatives, and their "
                "prices?",
                "Sines, relative distances, rotations; length beyond training, cost, simplicity.",
            ),
            (
                "Nearest words by cosine look sensible. What do they not show?",
                "One vector per piece for all meanings; frequency; antonyms that stand near.",
            ),
            (
                "What would change if LayerNorm ran over the tokens and not over the features?",
                "A sentence's numbers would depend on its neighbours and on padding.",
            ),
        ),
        oral=some(
            (
                "Take the position table away. Which two sentences does the model then confuse?",
                "Any two with the same tokens in another order.",
            ),
            (
                "Where exactly does eps stand in LayerNorm, and on which input does it matter?",
                "Under the root, with the variance; on a token whose features hardly differ.",
            ),
            (
                "Which variance does LayerNorm use, with n or n − 1?",
                "n. The other form is off by a factor that shrinks with H.",
            ),
            (
                "How many parameters have the embeddings, in terms of vocabulary, H and the rest?",
                "(vocabulary + positions + types)·H + 2·H.",
            ),
        ),
    ),
    "03": Questions(
        discussion=some(
            (
                "Are attention weights an explanation of what the model did?",
                "They say where values came from in one layer and head; values, residuals and "
                "later layers are missing.",
            ),
            (
                "Why several heads of size D and not one of size N·D?",
                "Several softmaxes: several places to look at once, for the same products.",
            ),
            (
                "The cost grows with T². When is that the part that matters?",
                "Compare T²·H with T·H²: only when T is of the order of H or more.",
            ),
            (
                "What should a query do that has nothing to look for?",
                "Softmax must give its weight somewhere: [SEP] or [CLS] often serve; values "
                "there can be small.",
            ),
        ),
        oral=some(
            (
                "Why divide by √D, and not by D or by √H?",
                "The dot product of D independent terms of variance 1 has standard deviation √D; "
                "each head sees D of them.",
            ),
            (
                "The mask is added before the softmax. What happens if it multiplies after it?",
                "Rows no longer sum to 1: padding took part of the weight, unless renormalised.",
            ),
            (
                "Follow the shapes from (B, T, H) to (B, T, H) through the heads.",
                "(B, T, H) → (B, T, N, D) → (B, N, T, D); scores (B, N, T, T); back by transpose "
                "and then flatten.",
            ),
            (
                "Swap the rows of the input. What happens to the output of self-attention?",
                "Its rows are swapped in the same way: no position is known inside.",
            ),
        ),
    ),
    "04": Questions(
        discussion=some(
            (
                "What would a stack of layers without residual sums have to learn first?",
                "To pass its input on at all; gradients through many maps.",
            ),
            (
                "BERT normalises after the sum, later models before the sublayer. What does each "
                "make easier?",
                "Pre-LN trains without warm-up (Xiong et al., 2020); post-LN keeps outputs at one "
                "scale, and the pretrained weights expect it.",
            ),
            (
                "Two thirds of a layer's parameters lie in the feed-forward part. What for?",
                "It works on each token alone: attention moves, this part transforms.",
            ),
            (
                "Exact GELU and its tanh form differ in the fourth decimal. When may one swap "
                "them?",
                "Not when equality with given weights is claimed; differences add up over layers.",
            ),
        ),
        oral=some(
            (
                "Write the two lines of a post-LN layer and point at each dropout.",
                "h + dropout(attention(h)), normalised; the same with the feed-forward part; one "
                "more on the attention weights.",
            ),
            (
                "Why is what stays divided by 1 − rate in training?",
                "So that the expectation is the same with and without dropout.",
            ),
            (
                "Count the parameters of a layer for H and an intermediate size of 4H.",
                "4(H² + H) + 8H² + 5H + 4H = 12H² + 13H.",
            ),
            (
                "A frozen layer is left in train mode. What goes wrong?",
                "Dropout still acts: the same input gives other outputs each time.",
            ),
        ),
    ),
    "05": Questions(
        discussion=some(
            (
                "The model equals Hugging Face's to 1e-5 at every layer. What does that prove, "
                "and what not?",
                "The arithmetic on these inputs; not the tokenizer, training or other lengths.",
            ),
            (
                "The default weights were trained on sentence pairs. Which later numbers does "
                "that touch?",
                "Paraphrase and similarity start ahead; mean against [CLS] is no fair match.",
            ),
            (
                "Why compare layer by layer and not only at the end?",
                "The first layer that differs names the place; the end can hide two errors.",
            ),
            (
                "Why does this project refuse pickled weights?",
                "Loading them runs code; safetensors holds numbers and names only.",
            ),
        ),
        oral=some(
            (
                "How many hidden states has a model of L layers, and what is number 0?",
                "L + 1; the embeddings after their norm.",
            ),
            (
                "What does the pooler compute, from which position?",
                "tanh of a linear map of the last hidden state at [CLS].",
            ),
            (
                "A mean over tokens: what has to be left out, and of which two places?",
                "Padding, from the sum and from the count.",
            ),
            (
                "hidden_states[0] agrees and hidden_states[1] does not. Name three suspects.",
                "Scale, mask, head order, which norm is which, GELU's form, mapping of names.",
            ),
        ),
    ),
    "06": Questions(
        discussion=some(
            (
                "Only the head learns in this chapter. What is the score a measure of, then?",
                "Of what the frozen features hold already, as far as a linear map can read it.",
            ),
            (
                "Why is decoupled decay not the same as an L2 penalty under Adam?",
                "In the gradient it is divided by √v: weights with large gradients decay less.",
            ),
            (
                "Training loss falls and dev accuracy does not. What do you look at first?",
                "Train mode on dev, shuffled labels, overfitting, a metric averaged over batches.",
            ),
            (
                "Both forms of AdamW here are right. How can two right forms differ?",
                "Where ε stands and when decay is applied; small early differences.",
            ),
        ),
        oral=some(
            (
                "Why does the loss take logits and not probabilities?",
                "log-softmax in one step is stable; a second softmax flattens the gradient.",
            ),
            (
                "What is m̂ after the first step, for any β₁?",
                "The gradient itself: (1 − β₁)g divided by 1 − β₁.",
            ),
            (
                "A parameter has no gradient in this step. What does AdamW do with it?",
                "Nothing: neither step nor decay, and its count stays.",
            ),
            (
                "Averaging the mean losses of batches: when is the result wrong?",
                "When batches differ in size, as the last one does.",
            ),
        ),
    ),
}
