"""What happened, for the questions of `kinds.py`: `verb | object`, three to a family.

Each of the six things that can be asked of a happening must make sense: who, where, when, how
many or how much, why, how. A plus behind the object marks a plural. No verb with its object
stands twice, so that two families share no happening.
"""

HAPPENINGS = """
find | the lost dog
catch | the runaway goat
wash | the muddy pony

repair | the rowing boat
paint | the old canoe
sell | the torn net

bake | the birthday cake
burn | the sausages +
steal | the apple pie

hide | the spare key
lose | the pearl ring
bury | the tin chest

print | the posters +
copy | the leaflets +
shred | the contract

record | the first album
tune | the grand piano
rent | the drum kit

plant | the walnut tree
pick | the cherries +
divide | the tulip bulbs +

store | the life jackets +
test | the rescue rope
inflate | the rubber dinghy

hold | the annual meeting
cancel | the spring concert
announce | the winners +

shoot | the final scene
build | the cardboard castle
sew | the velvet costumes +

bottle | the heather honey
move | the beehives +
smoke | the trout

photograph | the comet
grind | the telescope mirror
draw | the star chart

shave | the angora goats +
milk | the stray cow
feed | the orphan lambs +

weave | the blue carpet
dye | the wool
knit | the striped scarves +

auction | the silver teapot
polish | the bedside lamp
value | the oil painting

vaccinate | the kittens +
weigh | the baby elephant
name | the penguin chick

train | the sniffer dogs +
examine | the new drivers +
teach | the swimmers +

cast | the church bell
carve | the stone lion
melt | the rusty gate

translate | the love letters +
publish | the diary
bind | the prayer book

stage | the puppet play
rehearse | the tango
choose | the dancers +

harvest | the pumpkins +
press | the olives +
roast | the coffee beans +

fly | the box kite
launch | the weather balloon
crash | the model plane

assemble | the wardrobe
stack | the oak planks +
varnish | the rocking chair

mend | the puncture
race | the tandem
weld | the bent pedal

knead | the wet clay
stamp | the flower pots +
glaze | the tiles +

install | the solar panels +
wire | the floodlights +
replace | the broken fuse

guide | the mountain climbers +
map | the limestone cave
mark | the forest trail

count | the migrating storks +
track | the young owls +
release | the otter

sharpen | the kitchen knives +
cook | the lentil soup
freeze | the raspberries +

develop | the holiday photos +
frame | the portrait
restore | the postcard collection

interview | the retired spies +
arrest | the forgers +
question | the witnesses +

grow | the giant marrow
judge | the roses +
prune | the vines +

write | the school anthem
conduct | the brass band
broadcast | the carol service

land | the damaged helicopter
tow | the camper van
park | the fire engine

hatch | the turtle eggs +
tag | the spotted seals +
clean | the oiled seabirds +

brew | the ginger beer
spill | the elderberry wine
taste | the cheddar

sink | the leaking trawler
raise | the wreck
load | the container ship

transport | the marble columns +
excavate | the Roman mosaic
display | the bronze helmet

celebrate | the golden wedding
decorate | the tram
cut | the red ribbon

invent | the folding stool
patent | the corkscrew
demonstrate | the steam pump

deliver | the parcels +
sort | the Christmas mail
open | the sealed envelope

groom | the poodle
ride | the grey mare
shoe | the carthorse

stitch | the patchwork quilt
iron | the altar cloths +
embroider | the team badge

edit | the village newspaper
interrupt | the radio quiz
proofread | the cookery guide

adopt | the three-legged cat
cage | the parrot
bathe | the spaniel

sign | the peace treaty
draft | the petition
pull down | the toll house

pour | the concrete
lay | the bricks +
thatch | the barn

fix | the projector
screen | the silent film
rewind | the reels +

produce | the chalk drawing
kidnap | the mascot
unveil | the mural

sail | the catamaran
anchor | the houseboat
scrub | the deck

save | the racehorse
greet | the jockeys +
treat | the injured hedgehogs +

mint | the copper coins +
forge | the sword
hammer | the pewter spoons +

check | the ballot papers +
elect | the trustees +
appoint | the jury

boil | the maple syrup
churn | the butter
pickle | the walnuts +

program | the chess robot
solder | the circuit board
charge | the scooter batteries +

dry | the lavender
gather | the chestnuts +
crush | the rosemary

fold | the paper cranes +
hang | the lanterns +
stir | the bonfire

borrow | the microscope
calibrate | the barometer
smash | the glass flasks +

cover | the greenhouse
water | the seedlings +
rake | the gravel

wipe off | the graffiti
steer | the carnival float
chase | the escaped peacock
"""
