"""What English comments say of effort: one rule a line, with a comment that it catches and often one that it leaves."""

from __future__ import annotations

from parcours.language.effort_rule import NOT_PRAISE, Rule

_STAFF = (
    r"(?:departments?|teams?|agents?|persons?|people|advis[eo]rs?|desks?|offices?|branch|numbers?|extensions?"
    r"|contacts?)"
)
_CALLED = r"(?:call|rang|ring|phon|email|e mail|wrot|writ|ask|contact|messag|remind|chas)\w{0,4}"

ENGLISH: tuple[Rule, ...] = (
    # -- chasing: coming back to the company to get done what should have come by itself
    Rule("chasing", r"chas(?:e|ed|ing)", "I had to chase them three times.", "The dog chased the courier.",
         before=r"(?:dog|dogs|cat|kids|they|he|she|you|thrill of the|paper)", after=r"(?:bank|card)"),
    Rule("chasing", r"(?:{must}|i|we|i ve|we ve|need to|needed to|i d|by|constantly) ~2 follow(?:ing|ed)? up",
         "I had to follow up twice.", "They followed up after the visit.", before=r"(?:they|he|she|you|team)"),
    Rule("chasing", r"(?:my|{number}) ~1 (?:follow ups?|reminders)", "Several reminders and nothing.",
         before=r"(?:received|got|sent me|get)"),
    Rule("chasing", rf"{_CALLED} ~5 (?:{{number}} times|again and again|over and over|repeatedly|twice)",
         "I've asked for this invoice five times.", "They called me three times to help.",
         before=r"(?:they|he|she|you|never|don t|think)"),
    Rule("chasing",
         r"{must} ~2 (?:email|call|write|phone|ring|ask|message|contact|push|insist|beg|nag) ~6 (?:times|again|back"
         r"|so hard|repeatedly|twice)", "Had to ring back several times."),
    Rule("chasing", r"{number} (?:emails|calls|phone calls|messages|letters|voicemails)", "Three emails and nothing.",
         before=r"(?:received|got|sent me|receive|get|takes? ~1|in)"),
    Rule("chasing", r"{nth} (?:call|email|message|letter|phone call|request)", "After my third call someone looked."),
    Rule("chasing",
         r"{nth} time ~3 (?:writing|calling|asking|contacting|emailing|ringing|phoning|written|called|asked"
         r"|contacted|reporting|complained)", "This is the second time I'm writing."),
    Rule("chasing", r"(?:i|we) (?:keep|kept) ~1 (?:asking|calling|emailing|ringing|phoning|writing|reminding)",
         "I keep calling about it."),
    Rule("chasing", r"(?:nag|nagging|nagged|pester\w{0,3}|hound(?:ing|ed) them|badger\w{0,3})",
         "Nothing happens unless you keep nagging."),
    Rule("chasing", r"(?:run|running|ran) after (?:them|my|you|people|your|the|our|someone)",
         "I have to run after my own file."),
    Rule("chasing", r"(?:push|push so|insist) ~1 hard", "You have to push hard."),
    # -- waiting: being made to wait, or everything taking too long
    Rule("waiting", r"waiting", "I've been waiting two months.", "The waiting room was clean.",
         before=r"(?:car|taxi|driver|host|team|worth|staff) ~1|worth|worth the", after=r"(?:rooms?|areas?|staff|list)"),
    Rule("waiting", r"(?:{must}|made (?:me|us)|make (?:you|us|me)|left to) ~1 wait", "We had to wait six weeks.",
         before=r"(?:shouldn t)"),
    Rule("waiting",
         r"(?:long|longer|endless|unacceptable|terrible|awful|huge|horrible|ridiculous|lengthy|hour|week|month"
         r"|minute) waits?", "Unacceptable wait."),
    Rule("waiting",
         r"waits? ~3 (?:too long|so long|very long|long|endless|unacceptable|ridiculous|terrible|unbearable|forever"
         r"|ages)", "The wait was far too long."),
    Rule("waiting", r"wait(?:ed|s)? ~2 {span}", "Waited forty minutes."),
    Rule("waiting", r"waited", "We waited and waited."),
    Rule("waiting", r"(?:queue|queues|queued|queuing|queueing)", "Over an hour in the queue.", "There was no queue.",
         before=r"(?:skip|jump|beat) the", after=r"(?:was|were) (?:short|tiny|small)"),
    Rule("waiting",
         r"(?:minutes?|hours?|days?|weeks?|months?|arrived|delivered|came|was|were|always|again|showed up|turned up"
         r"|running) late", "Delivery was a week late.", after=r"(?:at night|in the|evening|afternoon)",
         before=r"(?:i|we|my fault i)"),
    Rule("waiting", r"(?:delays?|delayed|overdue)", "Endless delays!!", "Arrived without delay."),
    Rule("waiting",
         r"(?:takes?|took|taking|taken) (?:far |way |much |so |too |very |me |us |them |an? )?(?:far |way |too |so "
         r"|very )?(?:long|ages|forever|eternity)", "It takes far too long.", "It didn't take long."),
    Rule("waiting", r"(?:takes?|took|taken|taking) ~1 (?:them |me |us )?{days}", "The parcel took fifteen days.",
         before=r"(?:only|just)"),
    Rule("waiting", r"(?:too|far too|way too|very|so|a bit|really) long", "Processing times are too long.",
         before=r"(?:form|questionnaire|letter|survey|text|course|video) ~1 (?:is|was)"),
    Rule("waiting", r"drag(?:s|ged|ging)? (?:on|its|their)", "The refund is dragging on."),
    Rule("waiting", r"(?:slow|slowly|slowness|slower)", "Slow, painfully slow."),
    Rule("waiting", r"on hold", "Kept on hold for forty minutes."),
    Rule("waiting",
         r"still ~1 (?:haven t|have not|hasn t|has not|not|waiting) ~2 (?:received|arrived|got|come|turned up"
         r"|delivered|refunded|shipped)", "Still haven't received my card.", negatable=False),
    Rule("waiting",
         r"(?:hasn t|has not|haven t|have not|not) (?:yet )?(?:arrived|been delivered|received ~3 yet|arrived yet"
         r"|been refunded)", "My order has not arrived yet.", negatable=False),
    Rule("waiting", r"(?:yet to|still to) (?:receive|arrive|be refunded)", "I have yet to receive it."),
    Rule("waiting", r"for (?:ages|weeks on end|months on end)", "Sat there for ages.",
         before=r"(?:known|used|customer ~1|loved)"),
    Rule("waiting", r"{span} ~3 before (?:anyone|anybody|someone|they|i got|we got)",
         "Half an hour on the phone before anyone answered."),
    # -- passed around: sent from one to the next, everything told again
    Rule("passed_around",
         r"(?:pass|passed|passing|push|pushed|shunted|bounced|bouncing|shoved|thrown|tossed|shuffled|sent) (?:around"
         r"|about|between|back and forth|from pillar to post|from one ~2 to)",
         "I was passed from one department to another.", "For once I wasn't passed around."),
    Rule("passed_around", rf"from one {_STAFF} to (?:the |an )?(?:next|other|another)", "From one desk to the next."),
    Rule("passed_around",
         r"(?:pass|passes|passing|passed) the buck|pillar to post|(?:the|a) run(?: )?around|ping pong"
         r"|back and forth between", "They gave me the runaround."),
    Rule("passed_around", rf"{{number}} different {_STAFF}", "Spoke to four different agents."),
    Rule("passed_around", rf"(?:different|new|another) {_STAFF} (?:every|each) (?:time|call|visit)",
         "A different department every time."),
    Rule("passed_around", rf"(?:every|each) (?:time|call|visit) ~1 (?:different|new|another) {_STAFF}",
         "Every call a new person."),
    Rule("passed_around", r"never (?:the )?same (?:person|agent|adviser|advisor|contact)",
         "Never the same person twice.", negatable=False),
    Rule("passed_around",
         r"(?:explain|repeat|tell) ~3 (?:again (?:each|every) time|all over again|from scratch|over and over"
         r"|to everyone|to each)", "Had to explain everything again each time."),
    Rule("passed_around", r"start(?:ing)? (?:from scratch|all over again|over)", "You start from scratch every call."),
    Rule("passed_around", r"transferred ~2 {number} times", "Transferred five times."),
    Rule("passed_around",
         r"(?:sends|tells|told|sent|refers|referred) (?:me|us) ≈6 (?:and|who|then|the) ~2 (?:sends|tells|told|sent"
         r"|refers|referred) (?:me|us)", "Support sends me to sales and sales sends me back."),
    # -- no answer: silence where an answer was due
    Rule("no_answer",
         r"(?:no|zero|not a single|never (?:got|had|received|get)(?: an?y?)?|without (?:an?|any)|haven t had an?y?"
         r"|still no|had no|hardly any) (?:reply|replies|response|responses|answer|answers|news|feedback|call back"
         r"|callback|acknowledgement)", "No reply to my emails.", "No news is good news.",
         after=r"(?:is good|is needed|required|necessary)", negatable=False),
    Rule("no_answer",
         r"(?:nobody|no one|noone) ~2 (?:answer|repl|respond|return|reacts?|called|rang|rings|calls|got back"
         r"|gets back|get back)\w{0,3}", "Nobody ever answers.", after=r"(?:the |your |their )?(?:phone|phones|line)",
         negatable=False),
    Rule("no_answer",
         r"(?:they|you|he|she|company|support|team|it|who|service) ~1 (?:never|don t|didn t|doesn t|won t|do not"
         r"|did not|does not|have not|haven t|not) ~1 (?:answer|answered|reply|replied|respond|responded|called"
         r"|call back|ring back|get back|got back|gets back|return|returned)", "You never got back to me.",
         after=r"(?:my needs|the needs|to my needs|to surveys)", negatable=False),
    Rule("no_answer", r"never (?:answer|answered|replied|responded|called back|got back to)", "They never replied.",
         before=r"(?:i|we|i ve|i have)", negatable=False),
    Rule("no_answer",
         r"(?:never|not|haven t|hasn t|didn t|don t|have not) ~1 (?:heard|hear) (?:back|from|anything|a thing|a word)",
         "I never heard back.", negatable=False, after=r"(?:bad|negative)"),
    Rule("no_answer", r"(?:heard|hear|received) (?:absolutely )?nothing(?: back)?", "I heard nothing.",
         after=r"(?:but|bad|negative)"),
    Rule("no_answer", r"unanswered", "My messages go unanswered.", "No question went unanswered."),
    Rule("no_answer",
         r"(?:radio silence|deaf ears|not a word|total silence|complete silence|ghosted|stonewalled|wall of silence)",
         "Radio silence since we signed.", negatable=False),
    Rule("no_answer", r"(?:ignored?|ignores|ignoring) (?:me|us|my|our|since|by|for|every|all)", "They just ignore me."),
    Rule("no_answer", r"waiting ~1 for (?:an?|your|any|some) ~1 (?:reply|response|answer|call back|callback|news|call)",
         "Still waiting for a reply."),
    # -- unreachable: nobody can be got hold of
    Rule("unreachable", r"(?:unreachable|uncontactable)", "Customer service is unreachable."),
    Rule("unreachable",
         r"(?:impossible|hard|difficult|tough|struggle|struggled) to (?:reach|get hold of|contact|get through"
         r"|get in touch|speak to|talk to|get anyone|get somebody)", "Impossible to reach by phone.",
         after=r"(?:the top|the shop by)"),
    Rule("unreachable",
         r"(?:could not|cannot|can t|couldn t|can not|never|unable to|not) ~1 (?:get through|get hold of"
         r"|reach (?:anyone|anybody|you|them|someone|a person|the|customer|support)|get anyone|speak to anyone"
         r"|talk to anyone)", "I can't get through to anyone.", "I could reach you at once.",
         before=r"never (?:been )?", after=r"(?:top|shelf|straight away|easily|right away|quickly)", negatable=False),
    Rule("unreachable",
         r"(?:line|lines|phone|number) ~3 (?:engaged|busy|dead|cuts off|cut off|drops|dropped|rings out"
         r"|out of service|in service|rang out)", "The line is always engaged."),
    Rule("unreachable", r"(?:voicemail|answering machine|answerphone)", "I keep getting your voicemail."),
    Rule("unreachable",
         r"(?:no|isn t any|not any) (?:way|means|possibility|chance) (?:to|of) (?:reach\w{0,3}|contact\w{0,3}"
         r"|speak\w{0,3}|talk\w{0,3}|get\w{0,4} (?:hold|through))", "No way to speak to a human.", negatable=False),
    Rule("unreachable",
         r"(?:nobody|no one|never|don t|doesn t|didn t|not) ~1 (?:picks? up|picked up|answer\w{0,3} (?:the|your"
         r"|their) (?:phone|phones|calls?)|answer\w{0,3} (?:calls|phones?))", "Nobody ever picks up the phone.",
         after=r"(?:the parcel|my parcel|on)", negatable=False),
    Rule("unreachable", r"(?:hung up on|hangs up on|hang up on)", "They hung up on me."),
    # -- broken promise: what was announced did not happen
    Rule("broken_promise", r"(?:broken|empty|false|broke ~1|lots of|many|full of|all) promises?", "Broken promises.",
         "No empty promises.", after=r"(?:kept|were kept)"),
    Rule("broken_promise",
         r"promis(?:e|ed|es|ing) ≈8 (?:never|nothing|didn t|not|still nothing|nobody|no one) ~1 (?:saw|came|come"
         r"|happened|received|got|seen|arrived|materiali[sz]ed|called|kept|of it|of the)",
         "I was promised a refund, never saw it.", negatable=False),
    Rule("broken_promise", r"promis(?:ed|ing) the (?:moon|earth|world)", "The salesman promised the moon."),
    Rule("broken_promise", r"promised ≈5 (?:came|arrived|delivered|received) (?:on|in|with|{number})",
         "Promised for the 4th, came on the 19th."),
    Rule("broken_promise",
         r"(?:promise|promised|announced|agreed|deadline|date|appointment|delivery slot|time slot) ~3 (?:(?:wasn t"
         r"|was not|weren t|were not|not|never) ~1 (?:met|kept|respected|honou?red)|(?:was|were|been) ~1 (?:missed"
         r"|broken))", "The promised date was missed.", "Every agreed date was met.", before=r"(?:no|never)",
         negatable=False),
    Rule("broken_promise",
         r"(?:don t|didn t|doesn t|not|never|failed to|fail to) ~1 (?:keep|kept|honou?r|honou?red) ~2 (?:word"
         r"|promises?|commitments?|appointments?)", "They don't keep their word.", negatable=False),
    Rule("broken_promise",
         r"(?:supposed|meant|due|scheduled) to ≈7 (?:it s|never|nothing|nobody|no one|still|didn t|hasn t|wasn t|not)",
         "You were supposed to deliver on Tuesday, it's Friday.", negatable=False),
    Rule("broken_promise",
         r"(?:said|told me|assured me|told us) ≈9 (?:never (?:did|came|happened|called)|heard nothing"
         r"|nothing (?:happened|came)|didn t happen|nobody (?:came|called))",
         "You said you'd call and I heard nothing.", negatable=False),
    Rule("broken_promise",
         r"(?:never|didn t|did not|not|failed to|nobody) ~1 (?:show(?:ed)? up|turn(?:ed)? up|showed|turned up)",
         "The engineer never showed up.",
         before=r"(?:i|we|deposit|top up|refund|transfer|payment|it|that|money)|(?:deposit|refund|payment) ~1",
         after=r"(?:in|on|as|please|yet)", negatable=False),
    Rule("broken_promise", r"no shows?", "Another no-show from the plumber.", negatable=False),
    Rule("broken_promise",
         r"(?:appointment|delivery|visit|booking|slot) ~2 (?:cancelled|canceled|postponed|rescheduled"
         r"|moved) ~5 (?:last minute|{number} times|{nth} time|without|twice)",
         "Appointment cancelled at the last minute."),
    Rule("broken_promise", r"contrary to what ~2 (?:advertised|promised|announced|agreed)",
         "Contrary to what was advertised."),
    Rule("broken_promise", r"(?:tomorrow never comes|went back on (?:their|his|her|your) word)",
         "Tomorrow never comes."),
    # -- simple: little effort was needed
    Rule("simple", r"couldn t (?:be|have been) (?:easier|simpler|more straightforward)", "Couldn't be easier.",
         negatable=False),
    Rule("simple", r"(?:easy|easily|easier)", "Very easy to use.", "It isn't that easy to register.",
         after=r"(?:to (?:reach|contact|get hold|get through|find|blame)|said)", before=r"(?:an|the)"),
    Rule("simple", r"an easy (?:process|sign|booking|registration|purchase|order|way)", "An easy process."),
    Rule("simple", r"(?:simple|simpler|simplicity)", "Simple, fast, efficient.", "A simple hello would be enough.",
         before=NOT_PRAISE, after=r"(?:is|was) not|hello|isn t|question|request|address"),
    Rule("simple",
         r"an? (?:very |really |so )?simple ~2 (?:process|procedure|system|registration|booking|sign up|way|interface)",
         "A simple and quick process."),
    Rule("simple",
         r"(?:straightforward|hassle free|effortless|effortlessly|smooth|smoothly|seamless|seamlessly|user friendly"
         r"|intuitive|a breeze|child s play|piece of cake|no hassle|no fuss)", "It was smooth and pleasant."),
    Rule("simple",
         r"(?:not|nothing|neither|without any|without|wasn t|isn t) (?:at all |too |very )?(?:complicated|difficult"
         r"|trouble|hassle|fuss|hard)", "Nothing complicated, thank you.", "Not hard to see why.",
         after=r"(?:to (?:see|reach|get|contact|imagine)|work)", negatable=False),
    Rule("simple", r"in (?:one|a few|a couple of|{number}) clicks?", "Done in three clicks."),
    # -- fast: it went quickly
    Rule("fast", r"(?:fast|faster|quick|quicker|quickly|speedy|speedily|prompt|promptly|swift|swiftly|rapid|rapidly)",
         "Very fast delivery.", "Please answer quickly.", before=r"(?:internet|a|answer me|reply|how)",
         after=r"(?:food|track|lane|to (?:blame|judge|charge|take|cancel)|question|note|please|look|reply would)"),
    Rule("fast",
         r"how (?:quick|fast|quickly|swiftly|promptly)|a (?:quick|fast|prompt|swift|speedy) (?:reply|response|answer"
         r"|service|delivery|refund|process|turnaround)", "Surprised by how quickly it went."),
    Rule("fast", r"(?:speed|speediness|responsiveness|promptness)", "Speed and professionalism.",
         before=r"(?:internet|download|full|connection|the)", after=r"(?:camera|limit|is not|was not|bump)"),
    Rule("fast", r"responsive", "Responsive team who listen."),
    Rule("fast",
         r"(?:in no time|in record time|same day|(?:seen|saw|see|served|answer\w{0,3}|helped|resolved|refunded|fixed"
         r"|sorted|replied|called|got|dealt|passed|came|handled|reply|response) ~4 (?:immediately|instantly"
         r"|straight away|right away))", "Sorted in no time.", after=r"(?:regretted|noticed|disappointed|refused)"),
    Rule("fast",
         r"(?:sorted|done|resolved|fixed|answer\w{0,3}|deliver\w{0,2}|here|served|came|arrived|finished|received"
         r"|refunded|over|handled|settled|approved|reply|replied|response|completed|set up|seen|parcel"
         r"|there) ~3 (?:within|in|in less than|in under) (?:the|an?|{number})(?: )?(?:minutes?|mins?|hours?|hrs?|h)",
         "Everything was sorted in five minutes.", before=r"(?:promised|call back|once|times)",
         after=r"of (?:waiting|queuing)"),
    Rule("fast", r"(?:sooner|earlier|faster|quicker) than (?:expected|promised|planned|announced|i|we)",
         "Refunded sooner than expected."),
)  # fmt: skip
