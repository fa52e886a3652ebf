package report

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"

	"safeguard/internal/assessment"
	"safeguard/internal/hipaa"
)

// OCSF writes one Compliance Finding of the Open Cybersecurity Schema Framework
// a line for each result that AWS would evaluate, as SIEM systems and Amazon
// Security Lake take them. Source: OCSF schema 1.8.0, class compliance_finding
// (2003) of the category Findings (2).
type OCSF struct {
	w    *bufio.Writer
	enc  *json.Encoder
	head assessment.Config
}

const ocsfVersion = "1.8.0"

// NewOCSF returns a renderer that writes to w.
func NewOCSF(w io.Writer) *OCSF {
	buffered := bufio.NewWriter(w)
	o := &OCSF{w: buffered, enc: json.NewEncoder(buffered)}
	o.enc.SetEscapeHTML(false)
	return o
}

type ocsfFinding struct {
	ActivityID   int            `json:"activity_id"` // 1: create
	ActivityName string         `json:"activity_name"`
	CategoryUID  int            `json:"category_uid"` // 2: findings
	CategoryName string         `json:"category_name"`
	ClassUID     int            `json:"class_uid"` // 2003: compliance finding
	ClassName    string         `json:"class_name"`
	TypeUID      int            `json:"type_uid"` // class_uid * 100 + activity_id
	TypeName     string         `json:"type_name"`
	Time         int64          `json:"time"` // milliseconds
	SeverityID   int            `json:"severity_id"`
	Severity     string         `json:"severity"`
	StatusID     int            `json:"status_id"` // 1: new, 3: suppressed
	Status       string         `json:"status"`
	Message      string         `json:"message,omitempty"`
	Compliance   ocsfCompliance `json:"compliance"`
	FindingInfo  ocsfInfo       `json:"finding_info"`
	Resources    []ocsfResource `json:"resources"`
	Remediation  *ocsfRemedy    `json:"remediation,omitempty"`
	Cloud        ocsfCloud      `json:"cloud"`
	Metadata     ocsfMetadata   `json:"metadata"`
	Unmapped     map[string]any `json:"unmapped,omitempty"`
}

type ocsfCompliance struct {
	Control      string   `json:"control"`
	Requirements []string `json:"requirements,omitempty"`
	Standards    []string `json:"standards"`
	StatusID     int      `json:"status_id"` // 1: pass, 2: warning, 3: fail
	Status       string   `json:"status"`
	StatusDetail []string `json:"status_details,omitempty"`
}

type ocsfInfo struct {
	UID         string `json:"uid"`
	Title       string `json:"title"`
	Desc        string `json:"desc,omitempty"`
	CreatedTime int64  `json:"created_time"`
}

type ocsfResource struct {
	UID            string         `json:"uid"`
	Name           string         `json:"name"`
	Type           string         `json:"type"`
	Region         string         `json:"region,omitempty"`
	CloudPartition string         `json:"cloud_partition,omitempty"`
	Owner          *ocsfOwner     `json:"owner,omitempty"`
	Data           map[string]any `json:"data,omitempty"`
}

type ocsfOwner struct {
	Account ocsfAccount `json:"account"`
}

type ocsfAccount struct {
	UID    string `json:"uid"`
	TypeID int    `json:"type_id"` // 10: AWS account
	Type   string `json:"type"`
}

type ocsfRemedy struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}

// ocsfCloud is what the profile cloud asks for.
type ocsfCloud struct {
	Provider string       `json:"provider"`
	Region   string       `json:"region,omitempty"`
	Account  *ocsfAccount `json:"account,omitempty"`
}

type ocsfMetadata struct {
	Version  string      `json:"version"`
	Profiles []string    `json:"profiles"`
	Product  ocsfProduct `json:"product"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
	Version    string `json:"version"`
}

// Config keeps the message: findings tell the time and the version.
func (o *OCSF) Config(m *assessment.Config) error { o.head = *m; return nil }

// Progress does nothing.
func (o *OCSF) Progress(*assessment.Progress) error { return nil }

// Diagnostic does nothing: there is no finding in it.
func (o *OCSF) Diagnostic(*assessment.Diagnostic) error { return nil }

// Summary does nothing: there is no finding in it.
func (o *OCSF) Summary(*assessment.Summary) error { return nil }

// Result writes a finding.
func (o *OCSF) Result(r *assessment.Result) error {
	compliance := ocsfCompliance{Control: r.Rule, Requirements: r.Citations, Standards: []string{"HIPAA Security Rule (45 CFR 164.302-318)"}}
	switch r.Verdict {
	case assessment.NotApplicable:
		return nil
	case assessment.Compliant:
		compliance.StatusID, compliance.Status = 1, "Pass"
	case assessment.NonCompliant:
		compliance.StatusID, compliance.Status = 3, "Fail"
	default:
		compliance.StatusID, compliance.Status = 2, "Warning"
	}
	if r.Annotation != "" {
		compliance.StatusDetail = []string{r.Annotation}
	}
	at := o.head.Started.UnixMilli()
	f := ocsfFinding{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings",
		ClassUID: 2003, ClassName: "Compliance Finding", TypeUID: 200301, TypeName: "Compliance Finding: Create",
		Time: at, StatusID: 1, Status: "New", Message: r.Annotation, Compliance: compliance,
		FindingInfo: ocsfInfo{UID: r.Fingerprint, Title: r.Rule, CreatedTime: at},
		Resources:   []ocsfResource{ocsfResourceOf(r)},
		Cloud:       ocsfCloud{Provider: "AWS", Region: r.Resource.Region},
		Metadata:    ocsfMetadata{ocsfVersion, []string{"cloud"}, ocsfProduct{"safeguard", "safeguard", o.head.Version}},
	}
	if owner := f.Resources[0].Owner; owner != nil {
		f.Cloud.Account = &owner.Account
	}
	f.SeverityID, f.Severity = ocsfSeverity(r)
	if r.Exception != nil {
		f.StatusID, f.Status = 3, "Suppressed"
		f.Unmapped = map[string]any{"exception": r.Exception}
	}
	if facts, ok := hipaa.Lookup(r.Rule); ok {
		guide := facts.Guide()
		f.FindingInfo.Title, f.FindingInfo.Desc = facts.Title, guide.NonCompliant
		f.Remediation = &ocsfRemedy{Desc: guide.Fix.Summary, References: []string{facts.URL()}}
	}
	return o.enc.Encode(f)
}

// Flush writes what is buffered.
func (o *OCSF) Flush() error { return o.w.Flush() }

// ocsfSeverity is informational for what is compliant.
func ocsfSeverity(r *assessment.Result) (int, string) {
	if r.Verdict == assessment.Compliant {
		return 1, "Informational"
	}
	switch r.Severity {
	case hipaa.Critical:
		return 5, "Critical"
	case hipaa.High:
		return 4, "High"
	case hipaa.Medium:
		return 3, "Medium"
	}
	return 2, "Low"
}

func ocsfResourceOf(r *assessment.Result) ocsfResource {
	res := ocsfResource{
		UID:  cmp.Or(r.Resource.ARN, r.Resource.ID, r.Resource.Address),
		Name: cmp.Or(r.Resource.Address, r.Resource.ID), Type: r.Resource.Type, Region: r.Resource.Region,
	}
	if r.Resource.Account != "" {
		res.Owner = &ocsfOwner{ocsfAccount{UID: r.Resource.Account, TypeID: 10, Type: "AWS Account"}}
	}
	if r.Location.File != "" {
		res.Data = map[string]any{"file": r.Location.File, "line": r.Location.Line, "terraform_type": r.Resource.TerraformType, "root": r.Resource.Root}
	}
	return res
}
