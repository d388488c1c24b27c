"""Questions on parts II and III, fine-tune and serve: chapters 07 to 11."""

from __future__ import annotations

from mtslib.learn.instructor.question import Questions, some

TUNE: dict[str, Questions] = {
    "07": Questions(
        discussion=some(
            (
                "A base score looks too good for a model that learnt nothing. What do you do "
                "first?",
                "Compute what constant answers and chance score; ask for the class shares before "
                "asking for an explanation.",
            ),
            (
                "A score like 3.2: class, or number? What does each choice make hard?",
                "Six classes forget that 3 is near 4 unless labels are soft; one number forgets "
                "how unsure the raters were.",
            ),
            (
                "When would you report macro-F1, when accuracy, when both?",
                "Rare classes that matter; what a user meets; the two may disagree on a winner.",
            ),
            (
                "What belongs to a task, and what to the backbone? Where would a new language go?",
                "Head, loss, metric, labels here; tokenizer and layers there.",
            ),
            (
                "Pearson forgives scale and offset. For whom is that wrong?",
                "Whoever compares a score with a threshold, or shows it to people.",
            ),
        ),
        oral=some(
            (
                "An untrained head on two classes scores .63. How can that be?",
                "It has a taste for one class, and 63 % of the dev set is of that class.",
            ),
            (
                "Label 2.6, six classes. Which soft label, and what is its mean?",
                ".4 on class 2, .6 on class 3; 2.6.",
            ),
            (
                "Why is the mean of the batches' correlations no correlation?",
                "Each batch has its own mean and spread; what lies between batches is lost, and "
                "the value changes with the batch size.",
            ),
            (
                "Logits (B, C), B = C. What goes wrong with the argmax over axis 0, and who "
                "notices?",
                "Each class gets its text; the shape is right, nothing raises, accuracy is chance.",
            ),
            (
                "A class never occurs in labels or predictions. What is its share in macro-F1?",
                "None: it is left out. Counted as 0 it would punish, as 1 it would flatter.",
            ),
        ),
    ),
    "08": Questions(
        discussion=some(
            (
                "Train accuracy is 1.00 and dev accuracy stands still. Is every further epoch "
                "harmful, useless, or worth it?",
                "Dev loss rises: answers become surer, not better. It matters where "
                "probabilities are used, less where only the class is.",
            ),
            (
                "Early stopping picks the best of several epochs by dev. What is that dev score "
                "worth afterwards?",
                "It is the largest of several noisy numbers, so too high on average; hence a "
                "test set, asked once.",
            ),
            (
                "Dropout, fewer epochs, more data: which would you pay for first, and why?",
                "More data removes the cause; the others slow down what the sentences force.",
            ),
            (
                "A phenomenon with sixteen sentences scores far below the rest. What may you say?",
                "Its interval first; how many phenomena were looked at; then new sentences for "
                "this one alone.",
            ),
        ),
        oral=some(
            (
                "Dev loss rises while dev accuracy stays. How can both be true?",
                "Accuracy counts answers, loss weighs how sure they are: wrong answers became "
                "surer.",
            ),
            (
                "A model is scored in train mode. What does its curve look like, and what is the "
                "remedy?",
                "A little lower, and another value each time; eval mode before scoring, train "
                "mode after it.",
            ),
            (
                "Scores .3 .5 .4 .5 .45 and patience 2: when does training stop, and what is kept?",
                "After the fourth epoch: a tie is no improvement. The weights of the second.",
            ),
            (
                "A batch of nine is run in parts of four, four and one. What is each part's loss "
                "divided by?",
                "By nine, each part's sum; then the gradients add up to that of the mean.",
            ),
        ),
    ),
    "09": Questions(
        discussion=some(
            (
                "The best row of a table of ten depths: how much do you believe it?",
                "Ten tries, one winner: intervals, seeds, overlap; choose the rule before.",
            ),
            (
                "The labels are missing, the predictions are there. What can still be said of two "
                "runs?",
                "They differ in score at most where they differ in answer: a bound on the "
                "interval, none on who is right.",
            ),
            (
                "Freezing saves bytes first and time second. For whom is that the right order?",
                "Whoever stores many tasks; whoever trains once cares less.",
            ),
            (
                "Which task should suffer most from a frozen trunk, and why?",
                "One that needs features which pretraining did not ask for; compare the tasks.",
            ),
            (
                "Why are backbones of different depth compared by k/L?",
                "Four of six layers and four of twelve are different shares of the work.",
            ),
        ),
        oral=some(
            (
                "Which layers train at freeze_depth 4 of L = 6, and what is k?",
                "Encoder layers 4 and 5, and the head; k = 2.",
            ),
            (
                "What is the difference between full and freeze_depth 0?",
                "At 0 the embeddings are frozen: half of a small model's parameters.",
            ),
            (
                "Why must the trunk be in eval mode while the branch trains?",
                "Dropout would change its outputs per step and per task; then nothing is shared.",
            ),
            (
                "A model is frozen after its optimizer was built. What still moves, and why?",
                "Whatever has a gradient and is on the optimizer's list, which nobody reads again: "
                "an old gradient or weight decay moves a frozen weight.",
            ),
            (
                "Two depths are scored on the same rows. What does pairing take out?",
                "What is hard or easy for both; only rows where they differ in answer count.",
            ),
            (
                "Why does a frozen layer save about two thirds of its training work?",
                "It still runs forward; the backward pass costs about twice as much.",
            ),
        ),
    ),
    "10": Questions(
        discussion=some(
            (
                "Table 3 changes loss and encoding together. What would you have to run to say "
                "which of the two counts?",
                "The other two cells of the 2 × 2, same seeds, same data; then effects at equal "
                "loss and at equal encoding.",
            ),
            (
                "Why fix the threshold of a refutation before looking?",
                "Afterwards any result can be called small or large enough.",
            ),
            (
                "An explanation was refuted on another backbone. What is it worth now?",
                "Less, not nothing: the burden of proof moved; say which run would settle it.",
            ),
            (
                "When is siamese encoding the better product, whatever the correlation says?",
                "Many comparisons of few texts: vectors can be kept; a pair encoder runs once for "
                "every pair.",
            ),
            (
                "Should a similarity model be allowed negative cosines?",
                "Unrelated is not opposite; depends on what 0 means to its users.",
            ),
        ),
        oral=some(
            (
                "cosine + MSE, score 0, cosine −0.5. Which way does the loss push the pair?",
                "Together: the target is 0, and −0.5 lies below it.",
            ),
            (
                "What does the clamped loss do to a pair of score 5 at cosine −0.2?",
                "Nothing, since the gradient of the clamp is 0 there: it can never be mended.",
            ),
            (
                "cosines (B, 1) minus scores (B,). What comes out, and what is learnt?",
                "(B, B); every pair is pulled towards the mean score.",
            ),
            (
                "Why may a loss that only ranks score well in Pearson, and need not?",
                "Order is kept, distances are free; Pearson asks for a straight line.",
            ),
            (
                "Mean pooling beats [CLS] on this backbone. What follows for bert-base?",
                "Nothing: this one was trained with mean pooling, on pairs.",
            ),
        ),
    ),
    "11": Questions(
        discussion=some(
            (
                "Joint training or merging: which would you choose for tasks that arrive one by "
                "one?",
                "Updates without touching others against features that tasks could share.",
            ),
            (
                "Why does the certificate make two claims and not one?",
                "Bit-equal holds only for the same batch; a bound holds for the rest.",
            ),
            (
                "Whose interest does each refusal protect?",
                "Who serves, who trained, who asks: drifted trunk, duplicate task, edited file.",
            ),
            (
                "Up to two thirds of the work saved, says the paper. What must be true of your "
                "traffic?",
                "Many tasks asked about the same text; else parameters are shared and work is not.",
            ),
        ),
        oral=some(
            (
                "Three tasks at depths 4, 4 and 2 of six layers: how many layers has the merged "
                "model?",
                "A trunk of 4, and branches of 2, 2 and 4: 12 instead of 18.",
            ),
            (
                "Why are the hashes taken from the live trunk after training?",
                "A bug that moves a frozen tensor would not show in the settings.",
            ),
            (
                "Why can a full teacher not be merged?",
                "It moved every layer; there is no trunk that it could share.",
            ),
            (
                "One sentence and one pair are asked. Which computation is shared?",
                "None: they are different inputs; only parameters are.",
            ),
        ),
    ),
}
