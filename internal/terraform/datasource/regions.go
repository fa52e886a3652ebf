package datasource

import (
	"slices"
	"strings"
)

// A region is what the provider knows about an AWS region: accounts of AWS's
// own services and hosted zones. A field is "" where the provider refuses to
// answer for the region.
type region struct {
	id, description string

	// Accounts that write CloudTrail's, the load balancers' and Redshift's logs.
	trail, elb, redshift string

	albZone, nlbZone, beanstalkZone, appRunnerZone string
}

// regionByID looks a region up by its name, such as eu-central-1.
func regionByID(id string) (region, bool) {
	i, ok := slices.BinarySearchFunc(regions[:], id, func(r region, id string) int { return strings.Compare(r.id, id) })
	if !ok {
		return region{}, false
	}
	return regions[i], true
}

// endpoint is EC2's host name in the region.
func (r region) endpoint() string {
	suffix := partitionOf(r.id).dnsSuffix
	if strings.HasPrefix(r.id, "eusc-") {
		// The provider resolves EC2 in the European Sovereign Cloud under the
		// suffix of the standard partition.
		suffix = "amazonaws.com"
	}
	return "ec2." + r.id + "." + suffix
}

// regions are those of version 5.100.0 of the provider, sorted by id.
var regions = [...]region{
	{
		id: "af-south-1", description: "Africa (Cape Town)",
		trail: "525921808201", elb: "098369216593", redshift: "365689465814",
		albZone: "Z268VQBMOI5EKX", nlbZone: "Z203XCE67M25HM",
		beanstalkZone: "Z1EI3BVKMKK4AM",
	},
	{
		id: "ap-east-1", description: "Asia Pacific (Hong Kong)",
		trail: "119688915426", elb: "754344448648", redshift: "313564881002",
		albZone: "Z3DQVH9N71FHZ0", nlbZone: "Z12Y7K3UBGUAD1",
		beanstalkZone: "ZPWYUBWRU171A",
	},
	{
		id: "ap-east-2", description: "Asia Pacific (Taipei)",
		albZone: "Z02789141MW7T1WBU19PO", nlbZone: "Z09176273OC2HWIAUNYW",
	},
	{
		id: "ap-northeast-1", description: "Asia Pacific (Tokyo)",
		trail: "216624486486", elb: "582318560864", redshift: "404641285394",
		albZone: "Z14GRHDCWA56QT", nlbZone: "Z31USIVHYNEOWT",
		beanstalkZone: "Z1R25G3KIG2GBW", appRunnerZone: "Z08491812XW6IPYLR6CCA",
	},
	{
		id: "ap-northeast-2", description: "Asia Pacific (Seoul)",
		trail: "492519147666", elb: "600734575887", redshift: "760740231472",
		albZone: "ZWKZPGTI48KDX", nlbZone: "ZIBE1TIR4HY56",
		beanstalkZone: "Z3JE5OI70TWKCP",
	},
	{
		id: "ap-northeast-3", description: "Asia Pacific (Osaka)",
		trail: "765225791966", elb: "383597477331", redshift: "090321488786",
		albZone: "Z5LXEXXYW11ES", nlbZone: "Z1GWIQ4HH19I5X",
		beanstalkZone: "ZNE5GEY1TIAGY",
	},
	{
		id: "ap-south-1", description: "Asia Pacific (Mumbai)",
		trail: "977081816279", elb: "718504428378", redshift: "865932855811",
		albZone: "ZP97RAFLXTNZK", nlbZone: "ZVDDRBQ08TROA",
		beanstalkZone: "Z18NTBI3Y7N9TZ", appRunnerZone: "Z00855883LBHKTIC4ODF2",
	},
	{
		id: "ap-south-2", description: "Asia Pacific (Hyderabad)",
		trail:   "582488909970",
		albZone: "Z0173938T07WNTVAEPZN", nlbZone: "Z0711778386UTO08407HT",
	},
	{
		id: "ap-southeast-1", description: "Asia Pacific (Singapore)",
		trail: "903692715234", elb: "114774131450", redshift: "361669875840",
		albZone: "Z1LMS91P8CMLE5", nlbZone: "ZKVM4W9LS7TM",
		beanstalkZone: "Z16FZ9L249IFLT", appRunnerZone: "Z09819469CZ3KQ8PWMCL",
	},
	{
		id: "ap-southeast-2", description: "Asia Pacific (Sydney)",
		trail: "284668455005", elb: "783225319266", redshift: "762762565011",
		albZone: "Z1GM3OXH4ZPM65", nlbZone: "ZCT6FZBF4DROD",
		beanstalkZone: "Z2PCDNR3VC2G1N", appRunnerZone: "Z03657752RA8799S0TI5I",
	},
	{
		id: "ap-southeast-3", description: "Asia Pacific (Jakarta)",
		trail: "069019280451", elb: "589379963580",
		albZone: "Z08888821HLRG5A9ZRTER", nlbZone: "Z01971771FYVNCOVWJU1G",
		beanstalkZone: "Z05913172VM7EAZB40TA8",
	},
	{
		id: "ap-southeast-4", description: "Asia Pacific (Melbourne)",
		trail:   "187074758985",
		albZone: "Z09517862IB2WZLPXG76F", nlbZone: "Z01156963G8MIIL7X90IV",
	},
	{
		id: "ap-southeast-5", description: "Asia Pacific (Malaysia)",
		albZone: "Z06010284QMVVW7WO5J", nlbZone: "Z026317210H9ACVTRO6FB",
	},
	{
		id: "ap-southeast-7", description: "Asia Pacific (Thailand)",
		albZone: "Z0390008CMBRTHFGWBCB", nlbZone: "Z054363131YWATEMWRG5L",
	},
	{
		id: "ca-central-1", description: "Canada (Central)",
		trail: "819402241893", elb: "985666609251", redshift: "907379612154",
		albZone: "ZQSVJUPU6J1EY", nlbZone: "Z2EPGBW3API2WT",
		beanstalkZone: "ZJFCZL7SSZB5I",
	},
	{
		id: "ca-west-1", description: "Canada West (Calgary)",
		albZone: "Z06473681N0SF6OS049SD", nlbZone: "Z02754302KBB00W2LKWZ9",
	},
	{
		id: "cn-north-1", description: "China (Beijing)",
		trail: "193415116832", elb: "638102146993", redshift: "111890595117",
		albZone: "Z1GDH35T77C1KE", nlbZone: "Z3QFB96KMJ7ED6",
	},
	{
		id: "cn-northwest-1", description: "China (Ningxia)",
		trail: "681348832753", elb: "037604701340", redshift: "660998842044",
		albZone: "ZM7IZAIOVVDZF", nlbZone: "ZQEIKTCZ8352D",
	},
	{
		id: "eu-central-1", description: "Europe (Frankfurt)",
		trail: "035351147821", elb: "054676820928", redshift: "053454850223",
		albZone: "Z215JYRZR1TBD5", nlbZone: "Z3F0SRJ5LGBH90",
		beanstalkZone: "Z1FRNW7UH4DEZJ", appRunnerZone: "Z0334911C2FDI2Q9M4FZ",
	},
	{
		id: "eu-central-2", description: "Europe (Zurich)",
		trail:   "453052556044",
		albZone: "Z06391101F2ZOEP8P5EB3", nlbZone: "Z02239872DOALSIDCX66S",
	},
	{
		id: "eu-isoe-west-1", description: "EU ISOE West",
	},
	{
		id: "eu-north-1", description: "Europe (Stockholm)",
		trail: "829690693026", elb: "897822967062", redshift: "729911121831",
		albZone: "Z23TAZ6LKFMNIO", nlbZone: "Z1UDT6IFJ4EJM",
		beanstalkZone: "Z23GO28BZ5AETM",
	},
	{
		id: "eu-south-1", description: "Europe (Milan)",
		trail: "669305197877", elb: "635631232127", redshift: "945612479654",
		albZone: "Z3ULH7SSC9OV64", nlbZone: "Z23146JA1KNAFP",
		beanstalkZone: "Z10VDYYOA2JFKM",
	},
	{
		id: "eu-south-2", description: "Europe (Spain)",
		trail:   "757211635381",
		albZone: "Z0956581394HF5D5LXGAP", nlbZone: "Z1011216NVTVYADP1SSV",
	},
	{
		id: "eu-west-1", description: "Europe (Ireland)",
		trail: "859597730677", elb: "156460612806", redshift: "210876761215",
		albZone: "Z32O12XQLNTSW2", nlbZone: "Z2IFOLAFXWLO4F",
		beanstalkZone: "Z2NYPWQ7DFZAZH", appRunnerZone: "Z087551914Z2PCAU0QHMW",
	},
	{
		id: "eu-west-2", description: "Europe (London)",
		trail: "282025262664", elb: "652711504416", redshift: "307160386991",
		albZone: "ZHURV8PSTC4K8", nlbZone: "ZD4D7Y8KGAS4G",
		beanstalkZone: "Z1GKAAAUGATPF1", appRunnerZone: "Z098228427VC6B3IX76ON",
	},
	{
		id: "eu-west-3", description: "Europe (Paris)",
		trail: "262312530599", elb: "009996457667", redshift: "915173422425",
		albZone: "Z3Q77PNBQS71R4", nlbZone: "Z1CMS0P5QUZ6D5",
		beanstalkZone: "Z5WN6GAYWG5OB", appRunnerZone: "Z087117439MBKHYM69QS6",
	},
	{
		id: "eusc-de-east-1", description: "EU (Germany)",
	},
	{
		id: "il-central-1", description: "Israel (Tel Aviv)",
		trail:   "683224464357",
		albZone: "Z09170902867EHPV2DABU", nlbZone: "Z0313266YDI6ZRHTGQY4",
		beanstalkZone: "Z02941091PERNCB1MI5H7",
	},
	{
		id: "me-central-1", description: "Middle East (UAE)",
		trail:   "585772288577",
		albZone: "Z08230872XQRWHG2XF6I", nlbZone: "Z00282643NTTLPANJJG2P",
	},
	{
		id: "me-south-1", description: "Middle East (Bahrain)",
		trail: "034638983726", elb: "076674570225", redshift: "013126148197",
		albZone: "ZS929ML54UICD", nlbZone: "Z3QSRYVP46NYYV",
		beanstalkZone: "Z2BBTEKR2I36N2",
	},
	{
		id: "mx-central-1", description: "Mexico (Central)",
		albZone: "Z023552324OKD1BB28BH5", nlbZone: "Z02031231H3ID6HYJ9A7U",
	},
	{
		id: "sa-east-1", description: "South America (Sao Paulo)",
		trail: "814480443879", elb: "507241528517", redshift: "075028567923",
		albZone: "Z2P70J7HTTTPLU", nlbZone: "ZTK26PT1VY4CU",
		beanstalkZone: "Z10X7K2B4QSOFV",
	},
	{
		id: "us-east-1", description: "US East (N. Virginia)",
		trail: "086441151436", elb: "127311923021", redshift: "193672423079",
		albZone: "Z35SXDOTRQ7X7K", nlbZone: "Z26RNL4JYFTOTI",
		beanstalkZone: "Z117KPS5GTRQ2G", appRunnerZone: "Z01915732ZBZKC8D32TPT",
	},
	{
		id: "us-east-2", description: "US East (Ohio)",
		trail: "475085895292", elb: "033677994240", redshift: "391106570357",
		albZone: "Z3AADJGX6KTTL2", nlbZone: "ZLMOA37VPKANP",
		beanstalkZone: "Z14LCN19Q5QHIC", appRunnerZone: "Z0224347AD7KVHMLOX31",
	},
	{
		id: "us-gov-east-1", description: "AWS GovCloud (US-East)",
		trail: "608710470296", elb: "190560391635", redshift: "665727464434",
		albZone: "Z166TLBEWOO7G0", nlbZone: "Z1ZSMQQ6Q24QQ8",
		beanstalkZone: "Z35TSARG0EJ4VU",
	},
	{
		id: "us-gov-west-1", description: "AWS GovCloud (US-West)",
		trail: "608710470296", elb: "048591011584", redshift: "665727464434",
		albZone: "Z33AYJ8TM3BH4J", nlbZone: "ZMG1MZ2THAWF1",
		beanstalkZone: "Z4KAURWC4UUUG",
	},
	{
		id: "us-iso-east-1", description: "US ISO East",
	},
	{
		id: "us-iso-west-1", description: "US ISO WEST",
	},
	{
		id: "us-isob-east-1", description: "US ISOB East (Ohio)",
	},
	{
		id: "us-isof-east-1", description: "US ISOF EAST",
	},
	{
		id: "us-isof-south-1", description: "US ISOF SOUTH",
	},
	{
		id: "us-west-1", description: "US West (N. California)",
		trail: "388731089494", elb: "027434742980", redshift: "262260360010",
		albZone: "Z368ELLRRE2KJ0", nlbZone: "Z24FKFUX50B4VW",
		beanstalkZone: "Z1LQECGX5PH1X",
	},
	{
		id: "us-west-2", description: "US West (Oregon)",
		trail: "113285607260", elb: "797873946194", redshift: "902366379725",
		albZone: "Z1H1FL5HABSF5", nlbZone: "Z18D5FSROUN65G",
		beanstalkZone: "Z38NKT9BP95V3O", appRunnerZone: "Z02243383FTQ64HJ5772Q",
	},
}
