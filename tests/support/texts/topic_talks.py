"""Twelve short talks about twelve things, written for these tests: what documents of Choi's kind are put together from.

Each has eleven sentences or more, said the way people talk, some of which ("And that surprised everybody.") name
nothing that their topic is known by. They are still easier than Choi's: one author, and no two talks about one subject.
"""

BEES = """
A honeybee colony in midsummer holds about fifty thousand workers. Nearly all of them are sisters. A forager flies up
to five kilometres to find nectar. When she comes home, she dances on the comb to tell the others where she has been.
The angle of the dance against gravity is the angle to the sun. And that surprised everybody. For years people simply
would not believe it. The queen does none of this. She lays up to two thousand eggs a day and hardly ever leaves the
hive. In winter the workers form a ball around her and shiver to keep her warm. They live on the honey that they stored
in summer. If the beekeeper takes too much of it, the colony starves.
"""

BREAD = """
Good bread needs four things: flour, water, salt and time. Most people forget the last one. A slow dough that rests
overnight in the fridge tastes of far more than a quick one. The yeast eats sugar and breathes out gas, and the gluten
holds the bubbles. You can feel when it is ready. Press a finger into the dough, and if it springs back slowly, bake it.
The oven should be as hot as it goes. A tray of water at the bottom keeps the crust soft while the loaf rises. After
twenty minutes you let the steam out. Then the crust turns brown and begins to crackle. Wait an hour before you cut it,
even though nobody ever does.
"""

CHESS = """
In chess, beginners lose because they overlook a piece that hangs. It really is that simple. Before each move, look at
every check and every capture. Grandmasters do the same thing, they only do it faster. An opening is just a way to get
your knights and bishops out and your king to safety. You do not need to memorise twenty moves of the Sicilian. What you
do need is endgames. A rook behind a passed pawn wins games that look drawn. My coach made me play king and pawn against
king for a month. I hated it. Then I won a tournament on exactly that position. Since then I tell every student to start
from the end.
"""

SLEEP = """
We spend a third of our lives asleep, and still nobody can fully say why. During deep sleep the brain replays the day.
The spaces between nerve cells widen, and fluid washes waste away. People who sleep five hours a night catch colds about
four times as often. The worst thing about it is that you do not notice. After a week of short nights you feel fine and
test as if you were drunk. Coffee only hides the tiredness. It blocks the receptor that measures how long you have been
awake. Half of the caffeine from an afternoon cup is still there at bedtime. So what helps? Go to bed at the same time
every night, and keep the bedroom cold and dark.
"""

ROME = """
The Romans built roads so well that some of them still carry traffic. First the legions dug a trench down to firm
ground. They filled it with stones, then gravel, then slabs of lava. The middle was higher than the edges, so that rain
ran off. A message from Rome could reach Britain in about a week. Every few miles there was a station with fresh horses.
The empire was held together by these roads far more than by its emperors. Of course, armies can march in both
directions. When the Goths came, they came along the Roman highways. It is hard not to see the irony. What had made the
empire strong showed its enemies the way.
"""

GUITAR = """
When you buy your first guitar, let somebody in the shop set it up. Strings that sit too high hurt your fingers, and
most people give up for that reason. You only need three chords for hundreds of songs. G, C and D will get you through a
whole evening. Changing between them is the hard part. Practise the change, not the chord. Put on a metronome, very
slowly, and switch on every fourth beat. Ten minutes a day are worth more than two hours on Sunday. And sing along, even
if it sounds awful. Rhythm is in the body before it is in the hand. After three months the callouses are there and
nothing hurts any more.
"""

OCEAN = """
The deepest place in the ocean lies almost eleven kilometres down. The pressure there is a thousand times what we feel
on land. For a long time everyone assumed that nothing could live in it. Then two men in a steel ball saw a flatfish on
the bottom. There is no sunlight below a thousand metres. Most animals down there make their own light. The anglerfish
carries a lantern full of bacteria in front of her mouth. Her mate is tiny and grows into her skin. Around hot vents on
the sea floor whole gardens of tube worms live on sulphur. They have no mouth and no stomach. We have better maps of
Mars than of this.
"""

MONEY = """
Inflation means that the same money buys less than it did. If prices rise by three percent, your savings shrink by
three percent, unless the bank pays you interest. It usually pays you less. That is why the central bank raises rates.
Loans become expensive, so companies invest less and families put off the new car. Demand falls, and then prices stop
climbing. At least that is the theory. In practice it takes a year or more before anything happens. If the bank brakes
too hard, people lose their jobs. If it brakes too late, everyone asks for higher wages and prices run away. There is no
painless setting.
"""

KNEES = """
When runners come to my practice, it is nearly always the knee. And nearly always the knee is not the cause. The hip is
weak, so the thigh turns inward, and the kneecap rubs. We test that with a simple squat on one leg. If you wobble, we
have found it. The treatment is dull: side steps with a rubber band, three times a week. Shoes matter much less than the
adverts say. What does the damage is doing too much too soon. Your lungs get fit in weeks, but tendons need months.
Never add more than a tenth to your weekly distance. And a day off is part of the training.
"""

TRAINS = """
A night train is the nicest way to cross a continent. You fall asleep in Vienna and wake up by the sea. For twenty years
the railways closed one line after another. Cheap flights had taken all the passengers. Now the sleeping cars are full
again, and there are not enough of them. A new carriage takes four years to build. Every country has its own signals,
its own voltage and its own rules for the driver. So the locomotive is changed at the border in the middle of the night.
You can hear the couplings clank. The ticket costs more than a flight, but it saves you a hotel. And nobody makes you
take off your belt.
"""

GLASS = """
Glass is sand that was melted and forgot to become a crystal. It takes seventeen hundred degrees to melt pure quartz.
With some soda it takes a good deal less, and with lime it no longer dissolves in water. That recipe is four thousand
years old. A glassblower gathers the glowing lump on a hollow pipe and turns it all the time. If you stop turning, it
drips. She has about a minute before it stiffens. Then it goes back into the furnace. A finished vase has to cool for a
whole day, or it cracks of its own tension. Window panes are made quite differently. The melt floats on a bath of liquid
tin and becomes perfectly flat.
"""

MOON = """
The moon drifts away from us by almost four centimetres a year. We know this because the astronauts left mirrors there.
A laser pulse goes up, and two and a half seconds later a few photons come back. The tides are to blame. The bulge of
water runs ahead of the moon and pulls it along. In return the earth turns more slowly. When the dinosaurs lived, a day
had twenty-three hours. One day there will be no more total eclipses. The disc will be too small to cover the sun. But
that is six hundred million years away. Until then, take every chance you get to see one.
"""

TEXTS = (BEES, BREAD, CHESS, SLEEP, ROME, GUITAR, OCEAN, MONEY, KNEES, TRAINS, GLASS, MOON)
