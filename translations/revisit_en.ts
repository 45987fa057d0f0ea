<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ArchitectureView</name>
    <message numerus="yes">
        <source>%n band(s)</source>
        <translation>
            <numerusform>%n band</numerusform>
            <numerusform>%n bands</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DataScreen</name>
    <message numerus="yes">
        <source>%n tile(s)</source>
        <translation>
            <numerusform>%n tile</numerusform>
            <numerusform>%n tiles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n band(s)</source>
        <translation>
            <numerusform>%n band</numerusform>
            <numerusform>%n bands</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExperimentScreen</name>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more change(s)</source>
        <translation>
            <numerusform>and %n more change</numerusform>
            <numerusform>and %n more changes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%1, %n more step(s)</source>
        <translation>
            <numerusform>%1, %n more step</numerusform>
            <numerusform>%1, %n more steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NumberText</name>
    <message numerus="yes">
        <source>about %n s</source>
        <translation>
            <numerusform>about %n s</numerusform>
            <numerusform>about %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n min</source>
        <translation>
            <numerusform>about %n min</numerusform>
            <numerusform>about %n min</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n h</source>
        <translation>
            <numerusform>about %n h</numerusform>
            <numerusform>about %n h</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlanPanel</name>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewView</name>
    <message numerus="yes">
        <source>Pictures of %n patch(es) at step %1, from above: %2.</source>
        <translation>
            <numerusform>Pictures of %n patch at step %1, from above: %2.</numerusform>
            <numerusform>Pictures of %n patches at step %1, from above: %2.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProblemList</name>
    <message numerus="yes">
        <source>%n tile(s) with more than %1 % without data</source>
        <translation>
            <numerusform>%n tile with more than %1 % without data</numerusform>
            <numerusform>%n tiles with more than %1 % without data</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tile(s) with more than %1 % under clouds</source>
        <translation>
            <numerusform>%n tile with more than %1 % under clouds</numerusform>
            <numerusform>%n tiles with more than %1 % under clouds</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tile(s) of one value in every band</source>
        <translation>
            <numerusform>%n tile of one value in every band</numerusform>
            <numerusform>%n tiles of one value in every band</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tile(s) with the very pixels of another</source>
        <translation>
            <numerusform>%n tile with the very pixels of another</numerusform>
            <numerusform>%n tiles with the very pixels of another</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tile(s) left out of training and of evaluation: %1</source>
        <translation>
            <numerusform>%n tile left out of training and of evaluation: %1</numerusform>
            <numerusform>%n tiles left out of training and of evaluation: %1</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunList</name>
    <message numerus="yes">
        <source>Train %n more step(s)</source>
        <translation>
            <numerusform>Train %n more step</numerusform>
            <numerusform>Train %n more steps</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunModel</name>
    <message numerus="yes">
        <source>%n min ago</source>
        <translation>
            <numerusform>%n min ago</numerusform>
            <numerusform>%n min ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h ago</source>
        <translation>
            <numerusform>%n h ago</numerusform>
            <numerusform>%n h ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SpectrumPlot</name>
    <message numerus="yes">
        <source>Spectrum of %n selected tile(s)</source>
        <translation>
            <numerusform>Spectrum of %n selected tile</numerusform>
            <numerusform>Spectrum of %n selected tiles</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StartScreen</name>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%n processor thread(s)</source>
        <translation>
            <numerusform>%n processor thread</numerusform>
            <numerusform>%n processor threads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n processor thread(s), no GPU found</source>
        <translation>
            <numerusform>%n processor thread, no GPU found</numerusform>
            <numerusform>%n processor threads, no GPU found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TileGrid</name>
    <message numerus="yes">
        <source>%n tile(s)</source>
        <translation>
            <numerusform>%n tile</numerusform>
            <numerusform>%n tiles</numerusform>
        </translation>
    </message>
</context>
</TS>
