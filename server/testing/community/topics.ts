/** What a room is about, and how people talk there. `{thing}` and `{when}` are filled in. */
export interface Topic {
  readonly name: string;
  readonly description: string;
  readonly things: readonly string[];
  readonly remarks: readonly string[];
  readonly questions: readonly string[];
}

/** When anything is, in any room. */
export const whens = [
  ...['today', 'tomorrow', 'this afternoon', 'on Monday', 'on Thursday', 'next week', 'by Friday', 'after lunch'],
  ...['in the morning', 'before the weekend', 'at six', 'later'],
] as const;

/** What is said to a question. */
export const answers = [
  'Yes, done.',
  'Not yet, {when} I think.',
  'I can take it.',
  'No idea, sorry. Somebody who was there should know.',
  'It was {thing}, as far as I remember.',
  'Give me ten minutes and I will look.',
  'Good question. I would start with {thing}.',
  'Only if we move {thing} first.',
  'Yes! And it was worth the wait.',
  'I would rather not, but I will not stand in the way.',
] as const;

/** What is said to anything. */
export const replies = [
  'Agreed.',
  'Ha, exactly.',
  'Thank you, that helps a lot 🙏',
  'I had the same thought about {thing}.',
  'Let us talk about it {when}.',
  'That is not how I read it, but fine.',
  '+1',
  'Good catch!',
  'Wait, really?',
  'Noted. I will write it down.',
  'Makes sense to me.',
  'Could we keep {thing} out of it?',
] as const;

/** What people react with, the likeliest first. */
export const emojis = ['👍', '❤️', '😂', '🎉', '👀', '🙏', '🔥', '✅', '😮', '☕'] as const;

/** What people talk about. */
export const topics: readonly Topic[] = [
  {
    name: 'Bicycle workshop',
    description: 'Bring it in broken, take it home rolling.',
    things: ['the rear wheel', 'the brake cable', 'that old tandem', 'the new chain', 'the truing stand', 'the pump'],
    remarks: [
      'I finally got {thing} to stop squeaking.',
      'We are out of patches again, I will buy some {when}.',
      'Whoever borrowed {thing}: we need it {when}.',
      'Two people came in about {thing} and left as friends.',
      'Do not touch {thing}, the glue has to dry.',
    ],
    questions: [
      'Has anybody seen {thing}?',
      'Who opens {when}?',
      'Is {thing} worth repairing?',
      'Can someone show me {thing} {when}?',
    ],
  },
  {
    name: 'Shop front',
    description: 'The web shop: what is in work, what is on fire.',
    things: [
      'the checkout',
      'the search page',
      'the invoice job',
      'the new cart',
      'the login form',
      'the stock import',
    ],
    remarks: [
      'Deployed {thing} ten minutes ago, all green so far.',
      '{thing} is slow again; the index is missing on the copy.',
      'I split the change to {thing} into three, the first is up for review.',
      'Turns out {thing} never worked with umlauts.',
      'Rolled {thing} back. I will write down what happened {when}.',
    ],
    questions: [
      'Who reviews {thing} {when}?',
      'Is anybody else seeing errors from {thing}?',
      'Do we still need {thing}?',
      'Can {thing} go out {when}?',
    ],
  },
  {
    name: 'Allotment 14',
    description: 'Turns, tools and too many courgettes.',
    things: ['the tomatoes', 'the rain barrel', 'the compost', 'the bean poles', 'the shed key', 'the strawberries'],
    remarks: [
      'Watered everything but {thing}.',
      'Something ate {thing}. I suspect the snails.',
      'There is a bag of {thing} by the gate, help yourselves.',
      '{thing} can stay as it is until spring.',
      'I will be there {when} with gloves for three.',
    ],
    questions: [
      'Who has {thing}?',
      'Does {thing} need water {when}?',
      'Shall we meet {when}?',
      'What did we do about {thing} last year?',
    ],
  },
  {
    name: 'Choir',
    description: 'Rehearsals, scores and who brings cake.',
    things: [
      'the second alto part',
      'the encore',
      'the Bach',
      'the hall',
      'the folders',
      'the tempo of the last verse',
    ],
    remarks: [
      'I put a recording of {thing} in the folder.',
      'The hall is free {when}, I have asked them to keep it.',
      'Please look at {thing} once more at home.',
      'That was the best run of {thing} so far!',
      'Basses: {thing}, softly. Thank you.',
    ],
    questions: [
      'Who can sing {when}?',
      'From which bar do we take {thing}?',
      'Does anyone have a spare copy of {thing}?',
      'Who brings cake {when}?',
    ],
  },
  {
    name: 'Third floor',
    description: 'Neighbours. Parcels, noise and the stairwell.',
    things: [
      'the parcel',
      'the boiler',
      'the front door',
      'the bicycles in the hall',
      'the lamp on the stairs',
      'the drill',
    ],
    remarks: [
      'I took in {thing} for number 31.',
      'The man about {thing} comes {when}.',
      '{thing} is broken again, I called the caretaker.',
      'We are having people over {when}. Knock if it gets loud.',
      'Thank you to whoever fixed {thing}!',
    ],
    questions: [
      'Whose is {thing}?',
      'Is anybody home {when}?',
      'Did the caretaker say anything about {thing}?',
      'Could somebody let me in {when}?',
    ],
  },
  {
    name: 'Book circle',
    description: 'One book a month, finished or not.',
    things: ['the second chapter', 'the ending', 'the translation', 'the sister', 'the short one', 'that long letter'],
    remarks: [
      'I cannot decide whether I liked {thing}.',
      '{thing} is where I would have stopped.',
      'No spoilers please, I am only at {thing}.',
      'I read {thing} twice and it got better.',
      'My copy has notes on {thing} by somebody before me. They were furious.',
    ],
    questions: [
      'What did you make of {thing}?',
      'Shall we meet {when}?',
      'Who picks the next one?',
      'Did {thing} surprise anybody?',
    ],
  },
  {
    name: 'Night shift',
    description: 'Ward 4, from ten to six.',
    things: ['the rota', 'the spare key', 'the coffee machine', 'bed nine', 'the handover sheet', 'the trolley'],
    remarks: [
      'Quiet so far. I have said it, I know.',
      '{thing} is in the cupboard on the left.',
      'I can swap {when} if somebody takes my Sunday.',
      'Please sign for {thing}, it is the third time.',
      'Handover was short: {thing} and nothing else.',
    ],
    questions: [
      'Who is on {when}?',
      'Where is {thing}?',
      'Can somebody cover for me {when}?',
      'Did the day shift mention {thing}?',
    ],
  },
  {
    name: 'Trail runners',
    description: 'Up, down, and something warm afterwards.',
    things: ['the ridge', 'the river path', 'the long loop', 'my left shoe', 'the headlamp', 'the last climb'],
    remarks: [
      '{thing} is all mud, take the other side.',
      'Eighteen kilometres and {thing} still in my legs.',
      'I will be at the car park {when}, easy pace.',
      'New best time over {thing}. Nobody saw it.',
      'Saw a deer at {thing}!',
    ],
    questions: [
      'Who comes along {when}?',
      'Is {thing} open again?',
      'How far is it over {thing}?',
      'Does anyone have a spare {thing}?',
    ],
  },
] as const;
