"""The words that generated entities are named and described with."""

TAGS = (
    "java kotlin go python rust typescript node react django spring grpc rest graphql kafka "
    "postgres mysql redis s3 batch streaming ml data etl analytics payments billing identity "
    "auth search checkout orders inventory shipping pricing catalog mobile ios android web "
    "internal external pci gdpr sox tier1 tier2 tier3 legacy migrated experimental frontend "
    "backend infra platform observability notifications email fraud risk ledger"
).split()
NOUNS = (
    "order invoice payment customer account session basket price stock shipment parcel label "
    "catalog product review rating coupon loyalty ledger refund payout risk fraud identity token "
    "profile address search index feed event metric alert report export import media image video "
    "document template contract quote tax currency exchange schedule calendar route driver fleet"
).split()
ROLES = (
    "api service gateway worker consumer producer sync indexer store cache proxy router engine "
    "scheduler processor adapter bridge portal console dashboard cli sdk loader exporter"
).split()
ADJECTIVES = (
    "fast durable regional global batch realtime async legacy core edge shared secure internal "
    "public partner mobile smart unified central primary"
).split()
FIRST_NAMES = (
    "Ada Alan Barbara Brian Claude Dana Dennis Edsger Elena Fei Frances Grace Hana Ivan Jean John "
    "Karen Ken Leslie Linus Margaret Maria Niklaus Omar Priya Radia Rosa Sofia Tim Yuki"
).split()
LAST_NAMES = (
    "Allen Baker Chen Diaz Evans Fischer Garcia Hopper Ito Jones Kumar Lamport Moreau Novak Okafor "
    "Park Quist Rossi Silva Tanaka Ueda Vargas Weber Xu Young Zhang"
).split()
LIFECYCLES = ["production"] * 7 + ["experimental"] * 2 + ["deprecated"]
COMPONENT_TYPES = ["service"] * 6 + ["website"] * 2 + ["library"] * 2
API_TYPES = ["openapi"] * 7 + ["grpc", "asyncapi", "graphql"]
RESOURCE_TYPES = ["database", "database", "s3-bucket", "kafka-topic", "redis", "queue"]
TIERS = ["tier-1", "tier-2", "tier-3", "tier-4"]
SENTENCES = [
    "Owns the {n} lifecycle and emits an event for every state change.",
    "Validates each {n} against the {a} policy before it is accepted.",
    "Keeps the {n} read model warm for the {a} storefront.",
    "Called by partners, so every {n} field is versioned.",
    "Runs every few minutes and reconciles {n} records with the ledger.",
    "Deployed to three regions with a {a} failover plan.",
]
SEARCH_TERMS = ["payment", "ledger", "invoice service", "fraud", "gateway", "customer"]
