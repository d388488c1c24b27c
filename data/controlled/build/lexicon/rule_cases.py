"""Rules and cases, for `rules.py`: what has to be read, the rule, four cases it applies to, six not.

`number` a limit, `time` a day or an hour, `thing` what falls under a word, `except` an exception,
`both` two conditions at once, `not` a condition that must be absent, `where` a place, `state` how
something is. {n} is a name. A rule says what its condition is, and a case says whether it holds;
what the rule then demands, or whether anyone obeys it, does not matter.
"""

# ruff: noqa: E501
# The cases of a rule in one line, however long.

CASES = """
number | Parcels that weigh more than ten kilos are handed over at the counter.
+ {n} brings a parcel of twelve kilos. / The scales show fifteen kilos under the parcel from {n}. / This parcel is as heavy as a child of four, almost seventeen kilos. / {n} has packed thirty kilos of books into one parcel.
- {n} brings a parcel of eight kilos. / The scales show just three kilos under the parcel from {n}. / This parcel is light, not even two kilos. / {n} has packed seven kilos of books into one parcel. / {n} sends a parcel of nine and a half kilos. / With its box the parcel comes to six kilos.

number | Children under six travel free on the ferry.
+ {n} turned four last week and is waiting for the ferry. / A girl of three boards the ferry with {n}. / {n} is five and wants to see the harbour from the ferry. / The twins, two years old, are taken aboard by {n}.
- {n} turned eleven last week and is waiting for the ferry. / A boy of nine boards the ferry with {n}. / {n} is seven and wants to see the harbour from the ferry. / The twins, eight years old, are taken aboard by {n}. / {n}, a pensioner, takes the ferry every day. / {n} is ten and has never been on a ferry.

number | Groups of more than twenty book the castle tour in advance.
+ A group of thirty hopes to see the castle with {n}. / {n} is coming to the castle with forty pupils. / Two full coaches, ninety people in all, want to join the castle tour. / {n} counts twenty-five heads in the group before the tour.
- A group of twelve hopes to see the castle with {n}. / {n} is coming to the castle with five pupils. / A family of four wants to join the castle tour. / {n} counts fifteen heads in the group before the tour. / {n} visits the castle alone. / Eighteen people from the choir would like a tour of the castle.

number | Loans of longer than three weeks are subject to a fee.
+ {n} keeps the atlas for five weeks. / The atlas has been with {n} for two months. / {n} brings back the novel after a whole year. / It is thirty days since {n} took the novel home.
- {n} keeps the atlas for one week. / The atlas has been with {n} for two days. / {n} brings back the novel after a fortnight. / It is five days since {n} took the novel home. / {n} returns the novel on the next morning. / {n} has had the map for ten days.

number | Swimmers who stay longer than two hours pay for a second ticket.
+ {n} swims for three hours. / From nine until two in the afternoon {n} stays in the pool. / {n} spends the whole day at the pool. / After four hours {n} leaves the pool.
- {n} swims for one hour. / From nine until ten {n} stays in the pool. / {n} spends twenty minutes at the pool. / After ninety minutes {n} leaves the pool. / {n} swims three lengths and goes home after a quarter of an hour. / It takes {n} half an hour to swim a mile.

number | Invoices above five hundred pounds need two signatures.
+ {n} sends an invoice for nine hundred pounds. / The invoice for the roof comes to two thousand pounds. / {n} charges six hundred and fifty pounds for the garden. / An invoice over seven hundred pounds lies on {n}'s desk.
- {n} sends an invoice for ninety pounds. / The invoice for the lamp comes to thirty pounds. / {n} charges two hundred and fifty pounds for the garden. / An invoice over four hundred pounds lies on {n}'s desk. / {n} is billed for eighty pounds. / The painter asks three hundred pounds of {n}.

number | Trees taller than eight metres may be felled only with a permit.
+ {n} wants to fell a pine of fifteen metres. / The oak in front of the house is twenty metres tall. / The lime tree rises to eleven metres, and {n} would like it gone. / {n} measures the poplar: thirty metres.
- {n} wants to fell a pine of five metres. / The oak in front of the house is no taller than a man. / The lime tree rises to six metres, and {n} would like it gone. / {n} measures the young poplar: two metres. / {n}'s cherry tree has reached four metres. / {n} is about to cut down a plum tree of three metres.

number | Below minus ten degrees the horses stay in the stable.
+ It is minus fifteen degrees when {n} arrives. / The thermometer at the stable reads minus twenty. / Overnight it has dropped to minus eighteen degrees. / {n} reads minus twelve degrees on the dial.
- It is five degrees when {n} arrives. / The thermometer at the stable reads minus two. / Overnight it has dropped to three degrees. / {n} reads minus four degrees on the dial. / It is a mild morning of twelve degrees at the stable. / The day is cold, one degree above freezing.

time | On Sundays the tower opens at noon.
+ {n} climbs the tower this Sunday. / It is Sunday, and {n} is at the foot of the tower. / {n} has picked the last Sunday in May for the tower. / After church, on a Sunday, {n} goes to the tower.
- {n} climbs the tower this Tuesday. / It is Friday, and {n} is at the foot of the tower. / {n} has picked the first Monday in May for the tower. / After work, on a Wednesday, {n} goes to the tower. / {n} wants to see the tower on Thursday. / On Saturday {n} meets a friend at the tower.

time | At weekends bicycles are not carried on the tram.
+ {n} pushes a bicycle onto the tram on Saturday. / It is Sunday, and {n} takes the tram with a bicycle. / Late on Saturday night {n} lifts a bicycle into the tram. / On Sunday morning a bicycle leans beside {n} in the tram.
- {n} pushes a bicycle onto the tram on Monday. / It is Tuesday, and {n} takes the tram with a bicycle. / Late on Wednesday night {n} lifts a bicycle into the tram. / On Thursday morning a bicycle leans beside {n} in the tram. / {n} takes the tram without a bicycle on Sunday. / On Saturday {n} sits in the tram with nothing but a newspaper.

time | After ten in the evening visitors ring the night bell.
+ {n} comes to visit at eleven in the evening. / It is midnight when {n} stands at the door. / A visitor arrives at half past ten at night. / {n}, who is visiting, gets here at two in the morning because of a late train.
- {n} comes to visit at eleven in the morning. / It is noon when {n} stands at the door. / A visitor arrives at half past three in the afternoon. / {n}, who is visiting, gets here at nine in the morning. / At six in the evening {n} comes to see an aunt. / {n} visits at lunch time.

time | In the winter months the mountain road is closed to buses.
+ {n} drives a bus up the mountain road in January. / It is February, and a bus is due on the mountain road. / On a December morning {n} is at the wheel of a bus on the mountain road. / A bus sets out for the mountain road in the middle of winter.
- {n} drives a bus up the mountain road in July. / It is August, and a bus is due on the mountain road. / On a June morning {n} is at the wheel of a bus on the mountain road. / A bus sets out for the mountain road in the middle of summer. / In January {n} walks up the mountain road. / {n} takes a small car up the mountain road in September.

time | Orders placed before noon are sent on the same day.
+ {n} ordered the lamp at nine in the morning. / At half past eight {n} placed an order over breakfast. / The order from {n} came in at ten in the morning. / {n} ordered at sunrise.
- {n} ordered the lamp at nine in the evening. / At half past three {n} placed an order over tea. / The order from {n} came in at four in the afternoon. / {n} ordered at sunset. / {n} placed an order at one in the afternoon. / Shortly before midnight {n} ordered a chair.

time | During the exam weeks nobody practises an instrument in the hostel.
+ In the second exam week {n} plays the trumpet in the hostel. / The exams are on, and {n} practises scales in the hostel. / {n} takes out the violin in the hostel while the exams go on. / It is exam week, and drums are heard from {n}'s hostel room.
- Long after the exams {n} plays the trumpet in the hostel. / It is the holidays, and {n} practises scales in the hostel. / {n} takes out the violin in the hostel a month before the exams. / In exam week {n} sleeps in the hostel. / During the exams {n} reads in the hostel. / Term has just begun, and drums are heard from {n}'s hostel room.

time | Shops may not deliver to the old town before seven in the morning.
+ The bakery delivers to the old town at five in the morning. / {n} carries crates from a shop into the old town at six. / At dawn, about half past four, a shop van unloads in the old town. / {n} delivers for a shop in the old town at two in the morning.
- The bakery delivers to the old town at nine in the morning. / {n} carries crates from a shop into the old town at noon. / At dusk a shop van unloads in the old town. / {n} delivers for a shop in the old town at three in the afternoon. / At eleven in the morning a grocer brings apples to the old town. / {n} delivers shoes in the old town at five in the afternoon.

thing | Dogs are kept on a lead in the park.
+ {n} walks a poodle in the park. / A terrier trots beside {n} through the park. / {n} takes the old spaniel to the park. / In the park {n} throws a stick for a labrador.
- {n} walks a goat in the park. / A pony trots beside {n} through the park. / {n} takes the old tortoise to the park. / In the park {n} throws bread to a swan. / {n} carries a hamster through the park. / A cat sleeps on the bench where {n} sits in the park.

thing | Musical instruments travel in the luggage van.
+ {n} boards the train with a cello. / A trombone is all that {n} carries. / {n} carries a violin to the train. / Two guitars stand beside {n} on the platform.
- {n} boards the train with a suitcase. / A rucksack is all that {n} carries. / {n} carries a ladder to the train. / Two chairs stand beside {n} on the platform. / {n} gets on with a box of tools. / With a pair of skis {n} boards the train.

thing | Fruit may not be brought into the country.
+ {n} has a bag of oranges at the border. / Three bananas are found in {n}'s coat. / {n} declares a crate of peaches. / A pineapple lies on the back seat when {n} reaches the border.
- {n} has a bag of nails at the border. / Three postcards are found in {n}'s coat. / {n} declares a crate of cups. / A blanket lies on the back seat when {n} reaches the border. / {n} brings a camera over the border. / A loaf of bread is found in {n}'s bag.

thing | Sharp tools are locked in the cupboard at night.
+ {n} leaves a chisel on the bench at night. / It is night, and a saw hangs on the wall. / At night {n} finds the axe by the door. / A pair of shears lies about in the workshop at night.
- {n} leaves a cushion on the bench at night. / It is night, and a coat hangs on the wall. / At night {n} finds the broom by the door. / A ball of wool lies about in the workshop at night. / At night {n} forgets a paint pot in the workshop. / A spoon is left in the sink of the workshop at night.

thing | Furniture is collected on request.
+ {n} wants to get rid of a wardrobe. / A sofa has to leave {n}'s flat. / {n} has no more use for two armchairs. / An old bookcase stands in the hall, and {n} would like it gone.
- {n} wants to get rid of a bicycle. / A pile of leaves has to leave {n}'s garden. / {n} has no more use for two radios. / An old tyre stands in the hall, and {n} would like it gone. / {n} has bags of broken glass to throw away. / {n}'s old coats have to go.

thing | Hot drinks are not allowed near the instruments.
+ {n} puts a cup of coffee next to the instruments. / There is steaming tea beside the instruments. / {n} sips cocoa over the instruments. / {n} has brought a flask of boiling peppermint tea to the instruments.
- {n} puts a glass of cold milk next to the instruments. / There is iced water beside the instruments. / {n} eats an apple over the instruments. / {n} has brought a can of chilled lemonade to the instruments. / A bottle of cold juice stands beside the instruments. / {n} puts a notebook next to the instruments.

thing | Relatives may visit the ward at any hour.
+ {n}'s mother comes to the ward. / {n} visits a sick brother on the ward. / The grandson of a patient knocks at the ward. / {n} has come to the ward to see an uncle.
- {n}'s employer comes to the ward. / {n} visits a sick colleague on the ward. / The neighbour of a patient knocks at the ward. / {n} has come to the ward to see a friend. / A reporter wants to see {n} on the ward. / {n}'s landlord comes to the ward.

thing | Birds must be registered with the council.
+ {n} buys a parrot. / A canary has moved in with {n}. / {n} keeps five hens behind the house. / An owl lives in {n}'s barn.
- {n} buys a rabbit. / A kitten has moved in with {n}. / {n} keeps five sheep behind the house. / A donkey lives in {n}'s barn. / {n} has a bowl of goldfish. / {n} looks after a hedgehog.

thing | Vehicles with an engine stay outside the village.
+ {n} drives a tractor towards the village. / A motorcycle takes {n} to the village. / {n} comes to the village by lorry. / {n} arrives at the village in a sports car.
- {n} rides a horse towards the village. / A bicycle takes {n} to the village. / {n} comes to the village on foot. / {n} arrives at the village on roller skates. / {n} pulls a handcart into the village. / {n} skis to the village.

except | All pupils, except those in their last year, eat in the hall.
+ {n}, a pupil in the first year, is hungry. / It is lunch time for {n}, who is in the second year at school. / {n} is a new pupil. / {n} has three more years of school to go and would like to eat.
- {n}, a pupil in the last year, is hungry. / It is lunch time for {n}, who is in the final year at school. / {n} leaves school this summer, when the year is over, and would like to eat. / {n} teaches at the school and is hungry. / {n} is a visitor at the school and wants to eat. / {n} is in the last year at school.

except | Nobody but the keepers feeds the seals.
+ {n}, a visitor, throws a fish to the seals. / A tourist feeds the seals with {n}. / {n} is on a school trip and gives the seals a sandwich. / {n}, a reporter, feeds one of the seals.
- {n}, a keeper, throws a fish to the seals. / A visitor watches the seals with {n}. / {n} is on a school trip and draws the seals. / {n} has worked as a keeper for years and feeds the seals at nine. / {n}, a tourist, takes a picture of the seals. / The keeper feeds the seals.

except | Every guest, unless a child, pays the tourist tax.
+ {n}, who is forty, is a guest at the inn. / A guest of sixty signs the book. / {n} and another grown-up stay at the inn as guests. / {n} stays at the inn on business.
- {n}, who is seven, is a guest at the inn. / A guest of three sleeps in {n}'s arms. / {n}'s little daughter stays at the inn. / {n} is a child and stays at the inn. / {n} works at the inn as a cook. / {n} delivers bread to the inn and drives on.

except | Bicycles, apart from folding ones, stay on the platform.
+ {n} has a racing bicycle. / A heavy mountain bicycle belongs to {n}. / {n} arrives with a bicycle that does not fold. / {n} has come with a tandem.
- {n} has a folding bicycle. / A bicycle that folds belongs to {n}. / {n} arrives with a bicycle folded under one arm. / {n} has come with a suitcase. / {n} arrives with a pram. / {n}'s bicycle can be folded in seconds.

except | All rooms other than the attic are heated in the morning.
+ {n} has the room on the first floor. / {n} sleeps in the room beside the kitchen. / {n}'s room is on the ground floor. / {n} lives in the corner room on the second floor.
- {n} has the room in the attic. / {n} sleeps in the attic. / {n}'s room is right under the roof, in the attic. / {n} lives in the attic with two cats. / {n}'s bed is in the attic. / {n} is staying in the attic this week.

except | Letters are opened by the office, save those marked private.
+ A letter without any mark arrives for {n}. / {n} gets a letter from the bank; nothing is marked on it. / An ordinary letter comes for {n}. / A letter marked urgent, and nothing else, arrives for {n}.
- A letter marked private arrives for {n}. / {n} gets a letter from the bank; it is marked private. / A letter comes for {n} with "private" on it. / A parcel comes for {n}. / {n} finds the word private on the letter. / A telephone call comes in for {n}.

except | Wood may be gathered in the forest, though not oak.
+ {n} gathers birch in the forest. / In the forest {n} picks up branches of pine. / {n} ties a bundle of ash wood in the forest. / {n} comes out of the forest with dry beech.
- {n} gathers oak in the forest. / In the forest {n} picks up branches of oak. / {n} gathers mushrooms in the forest. / {n} ties a bundle of oak in the forest. / {n} comes out of the forest with berries. / {n} walks home from the forest with empty hands.

both | Members who bring a guest sign the book.
+ {n} is a member and comes with a guest. / A member of many years, {n} has a guest at the table. / {n}, a member, has invited a friend from abroad as a guest. / Arm in arm with a guest {n}, a member, enters the club.
- {n} is a member and comes alone. / {n}, who is no member, comes with a guest. / A member of many years, {n} has nobody at the table. / {n} is neither a member nor with a guest. / {n}, a member, has left the guest at home. / {n}, not a member, asks a friend to come along.

both | Lorries that carry gas take the outer road.
+ {n} drives a lorry full of gas bottles. / A lorry loaded with gas follows {n}. / {n} is at the wheel of a lorry; its tank is filled with gas. / Gas is what {n}'s lorry has on board.
- {n} drives a lorry full of potatoes. / A lorry loaded with sand follows {n}. / {n} is at the wheel of a lorry; it is empty. / Milk is what {n}'s lorry has on board. / {n} brings home one gas bottle on a bicycle. / {n} has a gas bottle in the boot of a small car.

both | Students over thirty pay the full price.
+ {n} is a student of forty. / At thirty-six {n} has become a student again. / {n}, a student, is about to turn fifty. / A student aged thirty-five, {n} wants a ticket.
- {n} is a student of twenty. / At forty {n} works as a nurse and studies nothing. / {n}, a student, is about to turn twenty-two. / A student aged nineteen, {n} wants a ticket. / {n} is a baker and forty-five years old. / {n} is eighteen and has just become a student.

both | Patients who have a fever and a cough wait in room two.
+ {n} has a fever and coughs. / A patient who is hot with fever cannot stop coughing. / {n} complains of a cough, and the thermometer shows a fever. / {n} has been coughing for days with a high fever.
- {n} has a fever and does not cough. / A patient with a cough has no fever at all. / {n} complains of a cough, and the thermometer shows nothing unusual. / {n} has a broken arm. / {n} has been coughing for days without a fever. / {n} is hot with fever, but there is no cough.

both | Runners who have never raced start at the back and wear a yellow number.
+ {n}, who runs today, has never raced. / This is the first race that {n} has ever run. / {n} is a runner and has no race to look back on. / {n} is running; races are new to {n}.
- {n}, who runs today, has raced many times. / This is the tenth race that {n} has run. / {n} is a runner and has a hundred races to look back on. / {n} has never raced and is here to watch. / {n} is running; {n} won last year. / {n}, who has never raced, sells drinks beside the course.

both | Flats with a balcony on the street side must have flower boxes.
+ {n} has a flat with a balcony on the street. / The balcony of the flat looks onto the street. / From the balcony of the flat {n} can see the street below. / {n} moved into a flat whose balcony is on the street side.
- {n} has a flat with a balcony on the courtyard. / The flat looks onto the street and has no balcony. / From the balcony of the flat {n} can see the gardens at the back. / {n} moved into a flat without a balcony. / {n}'s flat has a balcony on the garden side only. / The street is loud, and {n}'s flat lacks a balcony.

not | Whoever has not booked waits at the side door.
+ {n} has not booked. / Without a booking {n} turns up for dinner. / {n} forgot to book. / {n} never books, and did not today.
- {n} has booked. / With a booking {n} turns up for dinner. / {n} remembered to book. / {n} always books, and did so today. / {n} booked weeks ago. / A table is booked in {n}'s name.

not | Drivers without a parking disc pay a fine.
+ {n} parks, and there is no disc in the car. / {n} has left the parking disc at home and parks. / {n}'s car is parked; a disc is missing. / {n} does not own a parking disc and parks here.
- {n} parks, and there is a disc in the car. / {n} has put out the parking disc and parks. / {n}'s car is parked; its disc is in the window. / {n} owns a parking disc and uses it here. / {n} sets the disc and gets out. / With a disc behind the glass, {n} parks.

not | A room that is not cleaned by noon is cleaned on the next day.
+ It is noon, and nobody has cleaned {n}'s room. / At noon {n}'s room is still dirty. / Noon has passed, and the room is as {n} left it. / By noon no cleaner had been to {n}'s room.
- It is ten, and {n}'s room has been cleaned. / At eleven {n}'s room is clean. / Noon has not come, and the room is already tidy and clean. / By nine the cleaner had been to {n}'s room. / {n}'s room was cleaned before breakfast. / At half past ten the cleaner finishes the room.

not | Unsigned forms are sent back.
+ {n} hands in the form without a signature. / The signature is missing on the form from {n}. / {n} has filled in all of the form, but has not signed. / The line for the signature is empty on the form.
- {n} hands in the form with a signature. / The signature is in its place on the form from {n}. / {n} has filled in half of the form and signed it. / {n} has signed on the line. / The form carries {n}'s name in ink as a signature. / {n} signs the form.

not | Cyclists who do not wear a helmet are stopped at the gate.
+ {n} comes by bicycle with nothing on the head. / {n} cycles in; the helmet hangs at home. / {n} cycles bareheaded. / On a bicycle and without a helmet {n} gets to the gate.
- {n} comes by bicycle with a helmet on the head. / {n} cycles in, well protected by a helmet. / {n} is a cyclist and always wears a helmet. / On foot and without a helmet {n} gets to the gate. / {n} gets to the gate by bus. / {n} fastens a helmet and cycles on.

not | Plants that have no flowers yet stay in the greenhouse.
+ {n}'s plant has not flowered. / {n} cannot find one flower on the plant. / There are leaves on the plant, and still no flowers. / {n} is waiting for the first flower of the plant.
- {n}'s plant has flowered. / {n} finds a dozen flowers on the plant. / There are leaves on the plant, and red flowers. / {n} was pleased with the first flower of the plant. / The plant is in full flower. / {n} counts the flowers on the plant: five.

not | Members who miss the meeting may vote by letter.
+ {n}, a member, stayed away from the meeting. / {n} is a member and was ill in bed during the meeting. / At the meeting the chair of one member, {n}, was empty. / {n}, a member, did not come to the meeting.
- {n}, a member, attended the meeting. / {n} is a member and spoke at the meeting. / At the meeting one member, {n}, sat in the first row. / {n}, a member, came to the meeting late. / {n}, a member, was at the meeting from start to end. / {n} is a member and took part in the meeting.

where | In the reading room phones are switched off.
+ {n} sits in the reading room with a phone. / A phone rings in the reading room. / {n} takes out a phone between the desks of the reading room. / {n} enters the reading room with two phones.
- {n} sits in the canteen with a phone. / A phone rings in the entrance hall. / {n} takes out a phone between the cars outside. / {n} enters the garden with two phones. / In the reading room {n} opens a dictionary. / {n} makes a phone call in the street.

where | On the upper deck nobody stands.
+ {n} is on the upper deck of the bus. / {n} has climbed the stairs of the bus to the deck above. / {n} rides upstairs in the bus. / Up on the top deck {n} is looking for a seat.
- {n} is on the lower deck of the bus. / {n} has stayed below, beside the driver of the bus. / {n} rides downstairs in the bus. / Down on the lower deck {n} is looking for a seat. / {n} is waiting at the bus stop. / {n} walks beside the bus.

where | Anyone who works above ground level wears a harness.
+ {n} works on the roof. / {n} is painting on a scaffold at the third floor. / High up on the mast {n} changes a lamp at work. / {n} does the work at the top of a crane.
- {n} works in the cellar. / {n} is painting in a room on the ground. / Down in the yard {n} changes a lamp at work. / {n} does the work at the bottom of a pit. / {n} sorts screws in the basement at work. / {n} works at a desk on the ground floor.

where | Boats that enter the harbour lower their sails.
+ {n} steers the boat into the harbour. / From the sea {n} comes into the harbour with a boat. / {n}'s boat passes the pier and is in the harbour. / {n} brings a boat home to the harbour.
- {n} steers the boat out to sea. / {n} leaves the harbour for the islands with a boat. / {n}'s boat passes far outside the harbour. / {n} fishes from a boat beyond the bay. / {n} sails a boat on a lake. / {n} takes a boat from the harbour out to the open water.

where | Anything found on the beach belongs to the finder.
+ {n} finds a coin on the beach. / There is a ring in the sand of the beach, and {n} sees it. / {n} picks up an old bottle from the beach. / While walking on the beach {n} comes across a watch.
- {n} finds a coin in the forest. / There is a ring in the grass of the park, and {n} sees it. / {n} picks up an old bottle from the road. / While walking in the hills {n} comes across a watch. / {n} finds a purse on the bus. / {n} finds nothing on the beach.

where | In the old town lorries go at walking pace.
+ {n} drives a lorry through the old town. / A lorry turns into the narrow streets of the old town with {n}. / {n}'s lorry stops in the heart of the old town. / {n} takes a lorry from the gate of the old town to its church.
- {n} drives a lorry through the new suburb. / A lorry turns onto the motorway with {n}. / {n}'s lorry stops at the factory outside the old town. / {n} takes a lorry around the old town by the outer road. / {n} walks through the old town. / A pram is pushed through the old town by {n}.

where | Inside the tunnel cars use their lights.
+ {n} drives a car through the tunnel. / {n}'s car has just gone into the tunnel. / {n} is in a car, in the middle of the tunnel. / In the tunnel {n} slows the car down.
- {n} drives a car over the bridge. / {n}'s car has just come out of the tunnel. / {n} is in a car, in the middle of a field. / On the hill {n} slows the car down. / {n} leaves the car at home. / {n} drives a car along the shore.

state | Wet coats hang in the porch.
+ {n}'s coat drips. / {n} arrives in a coat soaked with rain. / {n} fell into the pond in a coat. / Water runs from {n}'s coat.
- {n}'s coat is dry. / {n} arrives in a coat that has seen no rain. / {n} took a warm coat from the stove. / Dust falls from {n}'s coat. / {n} carries a dry coat over one arm. / {n}'s coat comes straight from the dryer.

state | Broken chairs are taken to the workshop.
+ A leg has come off {n}'s chair. / {n} sat down, and the chair fell apart. / The back of the chair is cracked in two. / One leg of the chair has snapped under {n}.
- {n}'s chair is as good as new. / {n} sat down, and the chair held. / The back of the chair is sound. / The chair has been mended, and {n} sits on it. / {n} bought the chair yesterday; nothing is wrong with it. / {n}'s vase is cracked in two.

state | When the office is closed, visitors call at the shop.
+ {n} visits, and the office is shut. / The visitor finds the office locked. / Nobody is in the office, the blinds are down, and {n} has come to visit. / It is a holiday and the office is not open when {n} visits.
- {n} visits, and the office is open. / The visitor finds the office door wide open. / {n} has come to visit and is let into the office. / The staff are in the office and serve {n}. / The office has just opened when {n} visits. / {n} visits during office hours.

state | Animals that are ill are kept apart.
+ The calf has a fever and will not eat. / {n} says that the horse is unwell. / {n}'s dog has caught an infection. / Two of the sheep have the foot disease.
- The calf is in good health and eats. / {n} says that the horse is fit. / {n}'s dog is over its infection and runs about. / All of the sheep are sound. / {n}'s cow is as healthy as can be. / The vet finds nothing wrong with the pig.

state | If the lake is frozen, the rowing club trains indoors.
+ There is thick ice on the lake. / {n} walks across the lake on ice. / The lake has turned to ice overnight. / Children skate on the lake.
- There are waves on the lake. / {n} swims across the lake. / The ice on the lake has melted. / Children splash about in the lake. / The lake is warm and calm. / {n} fishes from a boat on the lake.

state | Empty bottles go into the green box.
+ {n} has drunk the bottle to the last drop. / Nothing is left in {n}'s bottle. / {n} has poured out all that was in the bottle. / The bottle is drained.
- {n} has not touched the full bottle. / There is plenty left in {n}'s bottle. / {n} has just filled the bottle. / The bottle is still half full. / {n}'s bottle has never been opened. / {n} drinks from a full bottle.

state | Ripe apples are picked at once.
+ {n}'s apples are red, sweet and ready. / {n} tastes an apple: it is ripe. / The apples in the garden have ripened. / The apples could not be riper, says {n}.
- {n}'s apples are green, sour and hard. / {n} tastes an apple: it is not ripe. / The apples in the garden need another month. / {n}'s apple tree is only in blossom. / It is too early for the apples, says {n}. / The apples are far from ready.

state | Anyone who is tired may leave the walk early.
+ {n} can hardly keep awake on the walk. / After ten miles of the walk {n} is worn out. / {n} yawns and has no strength left for the walk. / The walk has exhausted {n}.
- {n} is wide awake on the walk. / After ten miles of the walk {n} is still fresh. / {n} sings and has strength to spare for the walk. / The walk has done {n} good, and {n} could go on for hours. / {n} is full of energy on the walk. / {n} is rested and sets out on the walk.

state | If a machine is noisy, the window stays shut.
+ The machine roars. / {n} can hear the machine three houses away. / The machine makes so much noise that {n} has to shout. / The old machine rattles and bangs.
- The machine runs without a sound. / {n} can hardly hear the machine. / The machine is so quiet that {n} can whisper. / The old machine is silent. / The machine hums softly. / {n}'s machine is switched off, and all is still.
"""
