(function(){
"use strict";
const $=id=>document.getElementById(id);
const chunks=[...document.querySelectorAll(".chunk")],rows=[...document.querySelectorAll(".chunk .row")];
const order={s:["CRITICAL","HIGH","MEDIUM","LOW"],v:["NON_COMPLIANT","INSUFFICIENT_DATA","COMPLIANT","NOT_APPLICABLE"]};
const texts=new Map();
document.documentElement.className="js";

function text(row){
	let t=texts.get(row);
	if(t===undefined)texts.set(row,t=row.textContent.toLowerCase());
	return t;
}
function filter(){
	const words=$("q").value.toLowerCase().split(/\s+/).filter(Boolean),severity=$("s").value,verdict=$("v").value;
	let shown=0;
	for(const row of rows){
		const ok=(!severity||row.dataset.s===severity)&&(!verdict||row.dataset.v===verdict)&&words.every(w=>text(row).includes(w));
		if(row.hidden===ok)row.hidden=!ok;
		if(ok)shown++;
	}
	for(const c of chunks)c.hidden=![...c.children].some(row=>!row.hidden);
	$("n").textContent=shown+" of "+rows.length+" results";
}
let timer;
$("q").addEventListener("input",()=>{clearTimeout(timer);timer=setTimeout(filter,120)});
$("s").addEventListener("change",filter);
$("v").addEventListener("change",filter);

function key(row,k){return order[k]?order[k].indexOf(row.dataset[k]):row.children[k].textContent}
function sort(k,up){
	const keys=new Map(rows.map(r=>[r,key(r,k)])),compare=new Intl.Collator("en",{numeric:true}).compare,by=up?1:-1;
	rows.sort((a,b)=>{
		const x=keys.get(a),y=keys.get(b);
		return by*(typeof x==="number"?x-y:compare(x,y));
	});
	chunks.forEach((c,i)=>c.replaceChildren(...rows.slice(i*100,i*100+100)));
	for(const b of document.querySelectorAll(".head button"))b.parentNode.setAttribute("aria-sort",b.dataset.k===k?(up?"ascending":"descending"):"none");
	$("o").value=k;
	filter();
}
for(const b of document.querySelectorAll(".head button"))
	b.addEventListener("click",()=>sort(b.dataset.k,b.parentNode.getAttribute("aria-sort")!=="ascending"));
$("o").addEventListener("change",()=>sort($("o").value,true));

function reveal(){
	const e=location.hash.length>1&&$(decodeURIComponent(location.hash.slice(1))),d=e&&e.closest("details");
	if(d&&!d.open){d.open=true;e.scrollIntoView()}
}
addEventListener("hashchange",reveal);
reveal();
filter();
// What is folded is printed too, in browsers whose styles cannot say so.
let folded=[];
addEventListener("beforeprint",()=>{folded=[...document.querySelectorAll("details:not([open])")];for(const d of folded)d.open=true});
addEventListener("afterprint",()=>{for(const d of folded)d.open=false});
})();
